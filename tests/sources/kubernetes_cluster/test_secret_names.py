"""Which names stand for secrets, and which only sound like it."""

from __future__ import annotations

import pytest

from erpguard.sources.kubernetes_cluster.secret_names import is_secret_field, is_secret_key, is_secret_variable

VALUES = """
    PGPASSWORD DB_PASSWORD admin_passwd smtp-password dbPassword REDIS_PASS SMTP_PWD passphrase requirepass masterauth
    token accessToken GITHUB_TOKEN apiKey X-Api-Key AccountKey AWS_SECRET_ACCESS_KEY AZURE_STORAGE_KEY SECRET_KEY_BASE
    PRIVATE_KEY ssh_key client_secret jwtSecret SharedAccessSignature Authorization PASSWORD_2 crowdsecLapiKey
"""
VARIABLES = ["SECRET", "credentials", "CONNECTION_STRING", "AZURE_STORAGE_CONNECTION_STRING", "session_secret"]
NAMES = """
    secretName caSecret certSecret existingSecret superuserSecret authQuerySecret privateKeySecretRef serverTLSSecret
    auth-tls-secret auth-secret secret credentials key topologyKey tokenFrom
"""
OTHERS = """
    PWD POSTGRES_PASSWORD_FILE password_encryption max_tokens TOKEN_TTL tls_secret pod_environment_secret
    image_pull_secret    workers db_host sslmode key ssl_key_file monkey keyring secretName
"""
FILES = [".pgpass", "id_rsa", ".htpasswd", "userlist.txt", "users.acl", "tls.key", "DB_PASSWORD"]
READ = ["odoo.conf", "redis.conf", "traefik.yaml", "backup.sh", "policies.yaml", "values.json", "users.yaml"]


@pytest.mark.parametrize("name", VALUES.split())
def test_values(name: str) -> None:
    assert (is_secret_field(name), is_secret_variable(name), is_secret_key(name)) == (True, True, True)


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_but_no_fields(name: str) -> None:
    assert (is_secret_field(name), is_secret_variable(name), is_secret_key(name)) == (False, True, True)


@pytest.mark.parametrize("name", NAMES.split())
def test_fields_that_name_a_secret(name: str) -> None:
    assert not is_secret_field(name)
    assert not is_secret_field(f"nginx.ingress.kubernetes.io/{name}")


@pytest.mark.parametrize("name", OTHERS.split())
def test_what_only_sounds_like_one(name: str) -> None:
    assert (is_secret_field(name), is_secret_variable(name), is_secret_key(name)) == (False, False, False)


def test_files() -> None:
    assert [name for name in FILES if not is_secret_key(name)] == []
    assert [name for name in READ if is_secret_key(name)] == []
