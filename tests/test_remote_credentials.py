"""Who we are to a server is told to that server alone, and shown nowhere."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import traceback
from pathlib import Path

import pytest

from mea_kg import cli
from mea_kg.errors import RemoteError
from mea_kg.remote.connecting import connected
from mea_kg.remote.contents import count_on, written
from mea_kg.remote.credentials import Credentials, credentials_from
from tests.servers.fake import basic, fake_server

SECRET = "correct-horse"
WHO = Credentials("curator", SECRET)
BEARER = Credentials(token=SECRET)


@pytest.fixture
def credentials_file(tmp_path: Path) -> Path:
    file = tmp_path / "credentials.ini"
    file.touch(0o600)
    return file


def test_the_environment_gives_a_user_with_a_password_or_a_token() -> None:
    assert credentials_from({"MEA_KG_USER": "a", "MEA_KG_PASSWORD": "b"}, None, "http://x") == Credentials(
        "a", "b"
    )
    assert credentials_from({"MEA_KG_TOKEN": "t"}, None, "http://x") == Credentials(token="t")
    assert not credentials_from({}, None, "http://x")
    with pytest.raises(RemoteError, match="MEA_KG_PASSWORD is not"):
        credentials_from({"MEA_KG_USER": "a"}, None, "http://x")


@pytest.mark.parametrize(
    ("endpoint", "found"),
    [
        ("https://store.example.org/sparql", Credentials("house", "one; #two%")),
        ("https://store.example.org/team/sparql", Credentials(token="team-token")),
        ("https://store.example.org.evil.example/sparql", Credentials(token="for all")),
        ("https://elsewhere.example.org", Credentials(token="for all")),
    ],
)
def test_the_longest_section_of_the_file_counts_and_is_not_mixed_with_others(
    credentials_file: Path, endpoint: str, found: Credentials
) -> None:
    credentials_file.write_text(
        "[DEFAULT]\ntoken = for all\n\n[https://store.example.org]\nuser = house\npassword = one; #two%\n\n"
        "[https://store.example.org/team/]\ntoken = team-token\n"
    )
    assert credentials_from({"MEA_KG_TOKEN": "other"}, credentials_file, endpoint) == found


def test_a_file_that_says_nothing_of_an_endpoint_gives_nothing(credentials_file: Path) -> None:
    credentials_file.write_text("[https://store.example.org]\ntoken = t\n")
    assert not credentials_from({}, credentials_file, "https://elsewhere.example.org")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (f"password = {SECRET}\n", r"line 1: not a file of credentials"),
        (f"[https://x.example]\nuser = a\npassword {SECRET}\n", r"line 3: not a file of credentials"),
        (f"[https://x.example]\nsecret = {SECRET}\n", "unknown key 'secret'"),
        ("[https://x.example]\nuser = a\n", "a user without a password"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_without_the_password(
    credentials_file: Path, text: str, error: str
) -> None:
    credentials_file.write_text(text)
    with pytest.raises(RemoteError, match=error) as raised:
        credentials_from({}, credentials_file, "https://x.example/sparql")
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_a_file_that_others_can_read_is_refused(credentials_file: Path) -> None:
    credentials_file.write_text("[https://x.example]\ntoken = t\n")
    credentials_file.chmod(0o640)
    with pytest.raises(RemoteError, match="others can read"):
        credentials_from({}, credentials_file, "https://x.example")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match="No such file"):
        credentials_from({}, tmp_path / "none", "https://x.example")


@pytest.mark.parametrize(
    ("who", "wants"), [(WHO, basic("curator", SECRET)), (BEARER, f"Bearer {SECRET}")], ids=["basic", "bearer"]
)
def test_basic_authentication_and_bearer_tokens_are_understood(
    who: Credentials, wants: str, tmp_path: Path
) -> None:
    graph = written("urn:g", [], tmp_path / "empty.nt")
    with (
        fake_server(wants) as fake,
        connected(fake.address, who, "standard", store_url=f"{fake.address}/store") as found,
    ):
        assert count_on(found.service, "urn:g") == 0
        found.service.update("DROP SILENT GRAPH <urn:g>")
        assert found.store is not None
        found.store.authenticate("urn:none")
        found.store.put("urn:g", graph.file)
        assert fake.authorizations[-1] == wants


@pytest.mark.parametrize(
    "who", [Credentials("curator", "not-the-word"), Credentials(token="not-the-word"), Credentials()]
)
def test_wrong_credentials_are_told_and_not_shown(who: Credentials) -> None:
    wants = f"Bearer {SECRET}" if who.token else basic("curator", SECRET)
    with (
        fake_server(wants) as fake,
        connected(fake.address, who, "standard") as found,
        pytest.raises(RemoteError, match="status 401") as raised,
    ):
        count_on(found.service, "urn:g")
    shown = "".join(traceback.format_exception(raised.value)) + repr(who) + repr(found)
    assert "not-the-word" not in shown


@pytest.mark.parametrize("who", [WHO, BEARER], ids=["basic", "bearer"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_carries_no_credentials_to_another_host(
    who: Credentials, status: int, tmp_path: Path
) -> None:
    graph = written("urn:g", [], tmp_path / "empty.nt")
    with (
        fake_server() as other,
        fake_server(basic("curator", SECRET) if who is WHO else f"Bearer {SECRET}") as fake,
        connected(fake.address, who, "standard", store_url=fake.address) as found,
    ):
        assert found.store is not None
        found.store.authenticate("urn:none")
        count_on(found.service, "urn:g")
        fake.goes_to, fake.status = f"{other.address}/elsewhere", status
        with pytest.raises(RemoteError, match=f"sends us on to {other.address}/elsewhere"):
            count_on(found.service, "urn:g")
        with pytest.raises(RemoteError, match=f"sends us on to {other.address}/elsewhere"):
            found.service.update("DROP SILENT GRAPH <urn:g>")
        with pytest.raises(RemoteError, match=f"sends us on to {other.address}/elsewhere"):
            found.store.put("urn:g", graph.file)
        with (
            pytest.raises(RemoteError, match=f"sends us on to {other.address}/elsewhere"),
            found.store.read("urn:g"),
        ):
            pass
        assert other.seen == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, with its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    arguments = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    command = [program, *arguments.split(), "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_sent(certificate: Path) -> None:
    with fake_server(certificate=certificate) as fake:
        with connected(fake.address, WHO, "standard", store_url=fake.address) as found:
            assert found.store is not None
            with pytest.raises(RemoteError, match="certificate cannot be trusted"):
                count_on(found.service, "urn:g")
            with pytest.raises(RemoteError, match="certificate cannot be trusted"):
                found.store.delete("urn:g")
        with pytest.raises(RemoteError, match="certificate cannot be trusted"), connected(fake.address, WHO):
            pass
        assert fake.seen == []


def test_the_certificate_of_ones_own_authority_can_be_named(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    assert ssl.get_default_verify_paths().cafile == f"{certificate}.crt"
    with (
        fake_server(basic("curator", SECRET), certificate=certificate) as fake,
        connected(fake.address, WHO, "standard", store_url=fake.address) as found,
    ):
        assert found.store is not None
        found.store.authenticate("urn:none")
        assert count_on(found.service, "urn:g") == 0


def test_a_password_in_the_address_is_refused_and_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["push", f"https://curator:{SECRET}@store.example.org/"]) == 2
    assert SECRET not in capsys.readouterr().err


def test_no_option_takes_a_password(capsys: pytest.CaptureFixture[str]) -> None:
    """Arguments are in the list of processes, which all users of a machine can read."""
    cli.main(["push", "--help"])
    options = {word.strip("[],") for word in capsys.readouterr().out.split() if word.startswith(("-", "[-"))}
    assert "--credentials" in options
    assert not options & {"--user", "--password", "--token", "-u", "-p"}
