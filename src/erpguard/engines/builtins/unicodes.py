"""The characters that the engine's regular expressions, and Python, may know, and Go does not yet.

Go 1.26, of which OPA is made, has Unicode 15.0 (https://pkg.go.dev/unicode#pkg-constants), the engine 16.0
(https://www.unicode.org/versions/Unicode16.0.0/). No character that both have is upper or lower case in one alone.
"""

from __future__ import annotations

import re

_LATER = (
    "897 1b4e-1b4f 1b7f 1c89-1c8a 2427-2429 2ffc-2fff 31e4-31e5 31ef a7cb-a7cd a7da-a7dc 105c0-105f3 10d40-10d65"
    " 10d69-10d85 10d8e-10d8f 10ec2-10ec4 10efc 11380-11389 1138b 1138e 11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca"
    " 113cc-113d5 113d7-113d8 113e1-113e2 116d0-116e3 11bc0-11be1 11bf0-11bf9 11f5a 13460-143fa 16100-16139"
    " 16d40-16d79 18cff 1cc00-1ccf9 1cd00-1ceb3 1e5d0-1e5fa 1e5ff 1f8b2-1f8bb 1f8c0-1f8c1 1fa89 1fa8f 1fabe 1fac6 1fadc"
    " 1fadf 1fae9 1fbcb-1fbef 2ebf0-2ee5d"
)
LATER = "".join("-".join(f"\\x{{{end}}}" for end in part.split("-")) for part in _LATER.split())
"""A part of a class, for the engine."""
_GAINED = "\u019b\u0264"
"""Small letters that have got a large one."""
_MOVED = "\U0001171e"
"""A mark that is no longer one without width."""
_SCRIPTS = """
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki
    Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee
    Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan
    Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi
    Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
    Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi
    Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani
    Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
    Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
    New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian
    Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong
    Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian
    Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le
    Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai
    Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square
"""
_CATEGORIES = re.compile("C[cfo]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?")
_IS_LATER = re.compile(f"[{''.join(re.sub(r'[0-9a-f]+', lambda code: chr(int(code[0], 16)), _LATER).split())}]")


def is_later(text: str) -> bool:
    """Whether a text has a character that Go does not know."""
    return not text.isascii() and _IS_LATER.search(text) is not None


def has_other_cases(low: str, high: str) -> bool:
    """Whether some characters from one to another have other cases in the engine than in Go."""
    return any(low <= one <= high for one in _GAINED) or is_later(low) or is_later(high)


def gains(name: str) -> bool:
    """Whether a class has letters that have got another case, which in any case are lost with what is later."""
    return name in ("L", "Ll", "Latin")


def named_class(name: str) -> str | None:
    """The class for the engine that a category or a script of Go is; None for a name that is neither."""
    if name not in _SCRIPTS.split() and not _CATEGORIES.fullmatch(name):
        return None
    if name == "C":
        return rf"[\p{{C}}{LATER}]"
    more = _MOVED if name == "Mn" else ""
    less = _MOVED if name == "Mc" else ""
    return rf"[[\p{{{name}}}&&[^{LATER}{less}]]{more}]"
