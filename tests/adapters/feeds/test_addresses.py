"""Which addresses may be visited."""

import pytest

from adapters.feeds.addresses import check_url, is_public
from bot.errors import Forbidden


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "0.0.0.0", "0.1.2.3"),
        *("169.254.169.254", "100.64.0.1", "100.127.255.254", "168.63.129.16", "192.0.0.192", "198.18.0.1"),
        *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9", "192.88.99.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "2002:7f00:1::", "2002:808:808::", "2001::1", "100::1"),
        *("64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8", "5f00::1", "3fff::1"),
        *("localhost", "", "127.1", "2130706433", "0x7f000001", "8.8.8.8.8", "news.example"),
    ],
)
def test_these_are_not_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "1.1.1.1", "151.101.0.81", "2606:4700::1111", "2a00:1450::5", "64:ff9b::8.8.8.8"]
)
def test_these_are_public(host: str) -> None:
    assert is_public(host)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://news.example/feed", "only http"),
        ("file:///etc/passwd", "only http"),
        ("news.example/feed", "only http"),
        ("//news.example/feed", "only http"),
        ("https://", "http"),
        ("", "only http"),
        ("https://me:secret@news.example/", "user name or password"),
        ("https://me@news.example/", "user name or password"),
        ("http://news.example:22/", "port 22"),
        ("http://news.example:0/", "port 0"),
        ("http://news.example:99999/", "no address|port"),
        ("http://[::1]/", "private or reserved"),
        ("http://192.168.0.1:8080/feed", "allow_private = true"),
        ("http://169.254.169.254/latest/meta-data", "private or reserved"),
        ("https://news.example/" + "a" * 5_000, "longer than"),
    ],
)
def test_an_address_that_is_not_visited_says_why(url: str, why: str) -> None:
    with pytest.raises(Forbidden, match=why) as caught:
        check_url(url, allow_private=False)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/feed", "http://[::1]:8000/feed", "http://localhost:80/feed"])
def test_private_addresses_are_visited_where_the_operator_says_so(url: str) -> None:
    assert check_url(url, allow_private=True).host in {"127.0.0.1", "::1", "localhost"}


@pytest.mark.parametrize(
    "url", ["https://news.example/feed?a[]=b", "http://news.example:8080/", "https://новости.example/"]
)
def test_ordinary_addresses_pass(url: str) -> None:
    assert check_url(url, allow_private=False)
