"""Azure resources in ARM's spelling, whatever they came from.

types/*.json      one file per ARM type: its shape (what is type-checked) and its documented defaults
mappings/*.json   one file per type of a provider: how its attributes become ARM properties
arm               the common end: an ARM body -> a `Resource`
families          children into parents, settings onto what they set, ids resolved
"""
