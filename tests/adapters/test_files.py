"""Reading files: what is found, and what is said when it cannot be read."""

import gzip
import io
import json
from pathlib import Path

import pytest

from adapters.files import BadLine, read_config, read_env, read_items, read_seeds, read_text, seeds_folder
from bot.errors import ConfigError, SeedError, UsageError


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# --- seeds


def test_seeds_are_parsed_by_stem_and_by_folder(tmp_path: Path) -> None:
    write(tmp_path / "issuers.toml", 'name = "x"')
    write(tmp_path / "weights.json", '{"stage": {}}')
    write(tmp_path / "languages" / "en.toml", 'verbs = ["slap"]')
    write(tmp_path / "examples" / "en.txt", "Somebody did something\n")
    write(tmp_path / ".keep", "")
    assert read_seeds(tmp_path) == {
        "issuers": {"name": "x"},
        "weights": {"stage": {}},
        "languages": {"en": {"verbs": ["slap"]}},
        "examples": {"en": "Somebody did something\n"},
    }


def test_weights_in_lines_are_given_as_text(tmp_path: Path) -> None:
    write(tmp_path / "weights.jsonl", '{"a": 1}\n{"b": 2}\n')
    assert read_seeds(tmp_path)["weights"] == '{"a": 1}\n{"b": 2}\n'


def test_the_knowledge_in_the_clone_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "issuers" in read_seeds()
    assert seeds_folder().is_absolute()


def test_a_broken_seed_is_named_with_line_and_column(tmp_path: Path) -> None:
    write(tmp_path / "issuers.toml", "ok = 1\nbroken =\n")
    with pytest.raises(SeedError, match=r"issuers\.toml, line 2, column 9: Invalid value"):
        read_seeds(tmp_path)


def test_a_broken_json_seed_is_named_with_line_and_column(tmp_path: Path) -> None:
    write(tmp_path / "weights.json", '{"a":\n }')
    with pytest.raises(SeedError, match=r"weights\.json, line 2, column 2"):
        read_seeds(tmp_path)


def test_two_files_of_one_stem_are_not_guessed_between(tmp_path: Path) -> None:
    write(tmp_path / "weights.json", "{}")
    write(tmp_path / "weights.toml", "")
    with pytest.raises(SeedError, match="second file named 'weights'"):
        read_seeds(tmp_path)


def test_a_file_and_a_folder_of_one_name_are_not_guessed_between(tmp_path: Path) -> None:
    write(tmp_path / "languages.toml", "")
    write(tmp_path / "languages" / "en.toml", "")
    with pytest.raises(SeedError, match="rename one"):
        read_seeds(tmp_path)


def test_missing_seeds_say_so(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="install Sanctionwire again"):
        read_seeds(tmp_path / "nowhere")


# --- configuration


def test_configuration_is_read_and_missing_files_are_empty(tmp_path: Path) -> None:
    write(tmp_path / "feeds.toml", '[[feeds]]\nkey = "a"\n')
    raw = read_config(str(tmp_path))
    assert (raw.feeds, raw.settings, raw.rules) == ({"feeds": [{"key": "a"}]}, {}, {})
    assert raw.folder == str(tmp_path)


def test_a_named_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such folder"):
        read_config(str(tmp_path / "nowhere"))


def test_without_a_name_the_folder_here_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "config" / "settings.toml", "[health]\naddress = ''\n")
    monkeypatch.chdir(tmp_path)
    assert read_config().settings == {"health": {"address": ""}}


def test_without_a_folder_here_the_shipped_configuration_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_config().rules["subscriptions"]


def test_every_broken_file_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    write(tmp_path / "settings.toml", "[network\n")
    write(tmp_path / "feeds.toml", b"key = '\xff'")
    write(tmp_path / "rules.toml", "a = [1,")
    with pytest.raises(ConfigError) as caught:
        read_config(str(tmp_path))
    settings, feeds, rules = caught.value.faults
    assert "settings.toml, line 1, column 9" in settings
    assert "feeds.toml, line 1: not UTF-8" in feeds
    assert "rules.toml, at its end" in rules


def test_a_mark_that_windows_editors_put_first_is_no_fault(tmp_path: Path) -> None:
    write(tmp_path / "settings.toml", b"\xef\xbb\xbf[health]\r\naddress = ''\r\n")
    assert read_config(str(tmp_path)).settings == {"health": {"address": ""}}


# --- .env


def test_the_real_environment_wins_over_env_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / ".env", "ONE=here\nTWO=here\nTHREE=here\n")
    write(tmp_path / "conf" / ".env", "# a comment\nTWO=folder\nexport THREE='folder'\n")
    monkeypatch.chdir(tmp_path)
    env = read_env("conf", {"THREE": "real", "PATH": "/bin"})
    assert env == {"ONE": "here", "TWO": "folder", "THREE": "real", "PATH": "/bin"}


def test_a_dollar_in_a_secret_stays(tmp_path: Path) -> None:
    write(tmp_path / ".env", 'TOKEN="a${HOME}b$c"\n')
    assert read_env(str(tmp_path))["TOKEN"] == "a${HOME}b$c"


def test_reading_env_files_changes_no_environment(tmp_path: Path) -> None:
    write(tmp_path / ".env", "NEW=1\n")
    mine = {"OLD": "1"}
    assert read_env(str(tmp_path), mine)["NEW"] == "1"
    assert mine == {"OLD": "1"}


def test_an_env_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    write(tmp_path / ".env", b"TOKEN=\xff\xfe\n")
    with pytest.raises(ConfigError, match=r"\.env, line 1: not UTF-8"):
        read_env(str(tmp_path))


# --- items


def items(text: str | bytes) -> list[tuple[int, object]]:
    return list(read_items("-", io.BytesIO(text.encode() if isinstance(text, str) else text)))


def test_items_come_with_their_line_numbers_and_blank_lines_count() -> None:
    assert items('{"id": "a"}\n\n{"id": "b"}') == [(1, {"id": "a"}), (3, {"id": "b"})]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": }', "no JSON: Expecting value at column 8"),
        ("[1]", "an object in braces is needed, not a list"),
        ("null", "an object in braces is needed, not null"),
        ("7", "an object in braces is needed, not a number"),
        (b'{"id": "\xff"}', "not UTF-8 at byte 9; save it as UTF-8"),
        ("[" * 100_000, "no JSON that can be read: nested too deeply, or a number too long"),
        ("9" * 10_000, "no JSON that can be read: nested too deeply, or a number too long"),
    ],
)
def test_a_broken_line_is_a_fault_and_the_next_one_is_read(line: str | bytes, why: str) -> None:
    data = line.encode() if isinstance(line, str) else line
    assert items(data + b'\n{"id": "b"}\n') == [(1, BadLine(why)), (2, {"id": "b"})]


def test_a_line_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.files.MAX_LINE", 20)
    found = items(b'{"id": "' + b"x" * 100 + b'"}\n{"id": "b"}\n')
    assert found == [(1, BadLine("longer than 20 bytes")), (2, {"id": "b"})]


def test_a_line_of_just_the_greatest_length_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.files.MAX_LINE", 12)
    assert items(b'{"id": "ab"}\n{"id": "b"}\n') == [(1, {"id": "ab"}), (2, {"id": "b"})]


def test_half_a_character_is_replaced_and_a_whole_one_kept() -> None:
    assert items(r'{"title": "\ud800 \ud83d\ude00", "x": ["\udfff"]}') == [(1, {"title": "\ufffd 😀", "x": ["\ufffd"]})]


def test_packed_items_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "items.jsonl.gz", gzip.compress(b'{"id": "a"}\n'))
    assert list(read_items(str(path))) == [(1, {"id": "a"})]


def test_a_packed_file_that_breaks_off_gives_what_it_had(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"id": number}).encode() + b"\n" for number in range(20_000))
    path = write(tmp_path / "items.jsonl.gz", gzip.compress(lines)[:-2000])
    *good, (_, last) = read_items(str(path))
    assert good[0] == (1, {"id": 0})
    assert isinstance(last, BadLine)
    assert "breaks off" in last.what


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.jsonl: No such file"):
        list(read_items(str(tmp_path / "nowhere.jsonl")))


def test_a_file_that_only_claims_to_be_packed_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Not a gzipped file"):
        list(read_items(str(write(tmp_path / "a.gz", "{}"))))


def test_a_text_is_read_whole_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "item.txt", "\ufeffhello")
    assert read_text(str(path)) == "hello"
    monkeypatch.setattr("adapters.files.MAX_LINE", 3)
    with pytest.raises(UsageError, match="longer than 3 bytes"):
        read_text(str(path))


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Is a directory"):
        read_text(str(tmp_path))
