"""Articles behind bare titles, as an operator turns them on: a process, a feed and a page over loopback."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.cli.outlet import Outlet

TITLE = "EU sanctions Belarusian judges"
PAGE = (
    "<html><body><article><p>The European Union has imposed asset freezes on eight Belarusian judges and four state "
    "firms, the bloc said on Friday.</p><p>The judges jailed opposition leaders after the vote, said a spokesman for "
    "the EU in Brussels.</p></article></body></html>"
)


def visit_once(folder: Path, outlet: Outlet, settings: str) -> list[dict[str, Any]]:
    """Visit a feed that shows one bare title; returns what was told."""
    url = outlet.show("/wire", TITLE)
    outlet.answer("/wire/eu-sanctions-belarusian-judges", PAGE.encode())
    (folder / "settings.toml").write_text(f'[network]\nallow_private = true\n[health]\naddress = ""\n{settings}')
    (folder / "feeds.toml").write_text(f'[[feeds]]\nkey = "wire"\nurl = "{url}"\n')
    (folder / "rules.toml").write_text('[[subscriptions]]\nroom = "console"\n')
    typed = ["run", "--once", "--json", "--take-stock", "no", "--config", str(folder), "--db", str(folder / "news.db")]
    result = subprocess.run(
        [sys.executable, "-m", "bot", *typed], capture_output=True, text=True, timeout=60, check=True
    )
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_alert_says_what_only_the_article_told(outlet: Outlet, tmp_path: Path) -> None:
    [told] = visit_once(tmp_path, outlet, "[articles]\nfetch = true\n")
    assert told["actions"][0]["counts"] == {"individuals": 8, "entities": 4}
    assert outlet.visits == ["/wire", "/wire/eu-sanctions-belarusian-judges"]


def test_nothing_but_the_feed_is_asked_for_unless_the_operator_says_so(outlet: Outlet, tmp_path: Path) -> None:
    [told] = visit_once(tmp_path, outlet, "")
    assert told["actions"][0]["counts"] == {}
    assert outlet.visits == ["/wire"]
