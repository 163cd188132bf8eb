"""Photos come from allowed hosts only, and public hosts have public addresses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from exifds.errors import PhotoError, UsageError
from exifds.fetch.hosts import Hosts, is_public

HOSTS = Hosts.of(["*.staticflickr.com", "http://127.0.0.1:8080", "photos.example.org:81"])

ALLOWED = [
    "https://live.staticflickr.com/65535/1_a_b.jpg",
    "https://LIVE.StaticFlickr.com:443/1.jpg",
    "https://farm6.live.staticflickr.com/1.jpg",
    "http://127.0.0.1:8080/1.jpg",
    "http://photos.example.org:81/1.jpg",
    "https://photos.example.org:81/1.jpg",
]
FORBIDDEN = [
    "http://live.staticflickr.com/1.jpg",
    "http://live.staticflickr.com:443/1.jpg",
    "https://live.staticflickr.com:8443/1.jpg",
    "https://staticflickr.com/1.jpg",
    "https://evilstaticflickr.com/1.jpg",
    "https://live.staticflickr.com.evil.example/1.jpg",
    "https://live.staticflickr.com./1.jpg",
    "https://127.0.0.1:8080/1.jpg",
    "http://127.0.0.1:8081/1.jpg",
    "http://0x7f.1:8080/1.jpg",
    "http://2130706433:8080/1.jpg",
    "http://[::1]:8080/1.jpg",
    "http://[::ffff:127.0.0.1]:8080/1.jpg",
    "http://localhost:8080/1.jpg",
    "http://photos.example.org/1.jpg",
    "http://169.254.169.254/latest/meta-data",
    "https://live.staticflickr.com@evil.example/1.jpg",
    "https://someone@live.staticflickr.com/1.jpg",
    "https://:secret@live.staticflickr.com/1.jpg",
    "https://evil.example\\@live.staticflickr.com/1.jpg",
    "https://evil.example#@live.staticflickr.com/1.jpg",
    "https://evil.example?.staticflickr.com",
    "file:///etc/passwd",
    "ftp://live.staticflickr.com/1.jpg",
    "gopher://127.0.0.1:8080/",
    "data:image/jpeg;base64,AAAA",
    "//live.staticflickr.com/1.jpg",
    "/1.jpg",
    "",
    "https://",
    "https://live.staticflickr.com:99999/",
    "https://live.staticflickr.com:0/",
    "https://[live.staticflickr.com/",
    "https://\ud800.staticflickr.com/1.jpg",
    "https://live.staticflickr.com/" + "1" * 3000,
]


@pytest.mark.parametrize("url", ALLOWED)
def test_allowed_hosts_are_let_through(url: str) -> None:
    """A name below a domain by https, and what the user named."""
    assert HOSTS.check(url).path == URL(url).path


@pytest.mark.parametrize("url", FORBIDDEN)
def test_everything_else_is_refused(url: str) -> None:
    """Other hosts, schemes, ports, ways to write an address, and user names."""
    with pytest.raises(PhotoError):
        HOSTS.check(url)


def test_a_refusal_names_the_host_only() -> None:
    """A path may be secret: who has it has the photo."""
    with pytest.raises(PhotoError) as refused:
        HOSTS.check("https://evil.example/65535/1_secret_b.jpg")
    assert str(refused.value) == "photos may not be fetched from https://evil.example:443"


@settings(deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"https?://[^/]{0,30}(\.staticflickr\.com)?[^/]{0,20}/.*"))
def test_whatever_comes_is_let_through_or_refused(url: str) -> None:
    """What is let through leads to an allowed host as the HTTP client understands it, too."""
    try:
        parsed = HOSTS.check(url)
    except PhotoError:
        return
    assert (parsed.raw_host or "").endswith((".staticflickr.com", "127.0.0.1", "photos.example.org"))
    assert URL(str(parsed)) == parsed
    assert HOSTS.check(str(parsed)) == parsed


BASE = URL("http://127.0.0.1:8080/65535/1_a.jpg")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("2_b.jpg", "http://127.0.0.1:8080/65535/2_b.jpg"),
        ("/2_b.jpg", "http://127.0.0.1:8080/2_b.jpg"),
        ("//photos.example.org:81/2", "http://photos.example.org:81/2"),
        ("https://live.staticflickr.com/2", "https://live.staticflickr.com/2"),
    ],
)
def test_a_redirect_may_be_relative(location: str, target: str) -> None:
    """Relative addresses are those of the host that sent them."""
    assert HOSTS.follow(BASE, location) == URL(target)


@pytest.mark.parametrize("location", ["//evil.example/1", "http://[", "javascript:alert(1)", "//127.0.0.1"])
def test_a_redirect_leads_to_allowed_hosts_only(location: str) -> None:
    """Each redirect is checked like the first address."""
    with pytest.raises(PhotoError):
        HOSTS.follow(BASE, location)


@pytest.mark.parametrize(
    "entry", ["*", "*.com", "*staticflickr.com", "*.a.*", "*.A.com", "", "ftp://a", "http://", "a b", "a:b:c"]
)
def test_a_useless_entry_is_a_usage_error(entry: str) -> None:
    """A pattern that lets everything through, or nothing, is a mistake of the user."""
    with pytest.raises(UsageError, match="host"):
        Hosts.of([entry])


def test_a_named_host_below_a_domain_stays_public() -> None:
    """The real photo host is named in the settings by default: it gains nothing by that."""
    hosts = Hosts.of(["*.staticflickr.com", "https://live.staticflickr.com"])
    assert hosts.must_be_public("live.staticflickr.com")
    assert not hosts.must_be_public("127.0.0.1")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "151.101.1.1", "2a04:4e42::1", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_public_addresses(address: str) -> None:
    """Hosts of the internet, also through NAT64."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "2002:7f00:1::", "2001:0:1::1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Private, local, shared, reserved, multicast, and every way to wrap one of them into IPv6."""
    assert not is_public(address)
