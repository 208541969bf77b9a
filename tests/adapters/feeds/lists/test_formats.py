"""Each list's format: what an entry says, and every way in which a file is no longer the file we know."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from adapters.feeds.lists import READERS, ofac
from bot.domain import ListedKind, Listing
from bot.errors import FeedError, SchemaChanged, Truncated
from tests.adapters.feeds.lists.files import (
    OFAC_ADDRESSES,
    OFAC_ALIASES,
    UK_COLUMNS,
    canada_file,
    canada_record,
    eu_entity,
    eu_file,
    fetched,
    ofac_entries,
    ofac_file,
    ofac_row,
    uk_file,
    uk_row,
    un_entity,
    un_file,
    un_individual,
)

ROOT = Path(__file__).parents[4]
NOBODY = ofac_file([])


def read(kind: str, *bodies: bytes | str) -> list[Listing]:
    return list(READERS[kind].read([fetched(body) for body in bodies], "the-list"))


def ofac_of(*rows: str, addresses: str = OFAC_ADDRESSES, aliases: str = OFAC_ALIASES) -> list[Listing]:
    return read("ofac", ofac_file(rows), addresses, aliases)


# --- OFAC ---------------------------------------------------------------------------------------------------------


def test_an_ofac_company_has_the_addresses_and_aliases_of_the_other_files() -> None:
    (one,) = ofac_of(ofac_row(7, "BIG OIL COMPANY", "-0- ", "IRAN] [NPWMD] [IFSR", remarks="Linked To: X; 'aka'."))
    assert one == Listing(
        list="the-list",
        uid="7",
        name="BIG OIL COMPANY",
        kind=ListedKind.ENTITY,
        programmes=("IRAN", "NPWMD", "IFSR"),
        countries=("Cyprus",),
        aliases=("BIG OIL", "OLD OIL"),
        remarks="Linked To: X; 'aka'.",
    )


def test_an_ofac_persons_nationality_stands_in_the_remarks_and_comes_before_addresses() -> None:
    remarks = (
        "DOB 1 Jan 1970; POB Moscow; nationality Russia; alt. nationality Cuba; citizen Korea, North; Gender Male."
    )
    (one,) = ofac_of(ofac_row(7, "DOE, John", "individual", remarks=remarks))
    assert one.countries == ("Russia", "Cuba", "Korea, North")


def test_an_ofac_ship_is_of_the_country_of_its_flag() -> None:
    (one,) = ofac_of(ofac_row(9, "TANKER", "vessel", "IRAN", flag='"Panama"'))
    assert (one.kind, one.countries) == (ListedKind.VESSEL, ("Panama",))


def test_the_sign_that_ends_an_ofac_file_is_no_row() -> None:
    assert [one.uid for one in ofac_of(ofac_row(7), ofac_row(8))] == ["7", "8"]
    assert ofac_of() == []


def test_an_ofac_file_may_lack_its_last_line_end() -> None:
    assert len(read("ofac", ofac_row(7) + "\r\n" + ofac_row(8), NOBODY, NOBODY)) == 2


def test_a_comma_and_a_quote_within_a_name_are_part_of_it() -> None:
    (one,) = ofac_of(ofac_row(7, 'FIRMA ""THE BEST"", S.A.'))
    assert one.name == 'FIRMA "THE BEST", S.A.'


@pytest.mark.parametrize(
    ("url", "others"),
    [
        (
            "https://a.example/exports/SDN.CSV",
            ["https://a.example/exports/ADD.CSV", "https://a.example/exports/ALT.CSV"],
        ),
        ("https://a.example/sdn.csv?x=1", ["https://a.example/add.csv?x=1", "https://a.example/alt.csv?x=1"]),
        ("https://a.example/CONS_PRIM.CSV", ["https://a.example/CONS_ADD.CSV", "https://a.example/CONS_ALT.CSV"]),
    ],
)
def test_the_other_files_of_an_ofac_list_lie_beside_the_first(url: str, others: Sequence[str]) -> None:
    assert ofac.further(url) == others


def test_an_address_that_is_no_ofac_list_is_named_as_such() -> None:
    with pytest.raises(FeedError, match=r"ends in SDN.CSV or CONS_PRIM.CSV, not in 'SDN_ADVANCED.XML'") as caught:
        ofac.further("https://a.example/SDN_ADVANCED.XML")
    assert caught.value.problem == "wrong_address"


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        (ofac_file([ofac_row(7), ofac_row(8) + ",extra"]), r"entries: row 2 has 13 columns, expected 12"),
        (ofac_file(["ent_num,SDN_Name", ofac_row(7)]), r"entries: row 1 has 2 columns, expected 12"),
        (ofac_file(["uid" + ofac_row(7)[1:]]), r"entries: row 1: expected a number first; 'uid' is there"),
        (
            ofac_file([ofac_row(7, type_="RUSSIA")]),
            r"entries: row 1: expected a name, then individual, vessel.*'RUSSIA'",
        ),
        (ofac_file([ofac_row(7, "-0-")]), r"entries: row 1: expected a name"),
        ("<!DOCTYPE html><html><body>Sorry</body></html>", r"entries: expected CSV, and a web page is there"),
    ],
)
def test_an_ofac_file_that_is_laid_out_otherwise_is_refused(entries: str, complaint: str) -> None:
    with pytest.raises(SchemaChanged, match=complaint) as caught:
        read("ofac", entries, NOBODY, NOBODY)
    assert caught.value.problem == "schema_changed"


def test_the_other_ofac_files_are_checked_as_well() -> None:
    with pytest.raises(SchemaChanged, match=r"aliases: row 1: expected aka, fka or nka; 'Cyprus' is there"):
        ofac_of(ofac_row(7), aliases='7,1,"Cyprus","x",-0- ')
    with pytest.raises(SchemaChanged, match=r"addresses: row 1 has 5 columns, expected 6"):
        ofac_of(ofac_row(7), addresses=OFAC_ALIASES)


@pytest.mark.parametrize("cut", [10, 30, 60])
def test_an_ofac_file_that_breaks_off_is_truncated(cut: int) -> None:
    whole = ofac_entries([7, 8]).removesuffix("\r\n\x1a")
    with pytest.raises(Truncated, match=r"entries: ends within row 2") as caught:
        read("ofac", whole[:-cut], NOBODY, NOBODY)
    assert caught.value.problem == "truncated"


# --- United Nations -----------------------------------------------------------------------------------------------


def test_a_un_persons_names_are_put_together() -> None:
    more = (
        "<COMMENTS1>Said to be\n  abroad.</COMMENTS1>"
        "<NATIONALITY><VALUE>Cuba</VALUE><VALUE>Panama</VALUE></NATIONALITY>"
        "<NAME_ORIGINAL_SCRIPT>Иван</NAME_ORIGINAL_SCRIPT>"
        "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Johnny</ALIAS_NAME></INDIVIDUAL_ALIAS>"
        "<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>"
        "<INDIVIDUAL_ADDRESS><COUNTRY>Rwanda</COUNTRY></INDIVIDUAL_ADDRESS>"
    )
    (one,) = read("un", un_file([un_individual("CDi.900", "JOHN", "Q.", "DOE", more=more)]))
    assert one == Listing(
        list="the-list",
        uid="CDi.900",
        name="JOHN Q. DOE",
        kind=ListedKind.INDIVIDUAL,
        programmes=("DRC",),
        countries=("Cuba", "Panama"),
        listed_on=date(2012, 12, 31),
        aliases=("Johnny", "Иван"),
        remarks="Said to be abroad.",
    )


def test_a_un_entity_is_of_the_country_of_its_address() -> None:
    more = (
        "<ENTITY_ADDRESS><COUNTRY>Cuba</COUNTRY></ENTITY_ADDRESS>"
        "<ENTITY_ALIAS><ALIAS_NAME>CO.</ALIAS_NAME></ENTITY_ALIAS>"
    )
    (one,) = read("un", un_file(entities=[un_entity("KPe.900", "COMPANY", more)]))
    assert (one.kind, one.countries, one.aliases, one.programmes) == (
        ListedKind.ENTITY,
        ("Cuba",),
        ("CO.",),
        ("DPRK",),
    )


def test_a_un_file_with_another_root_is_refused() -> None:
    with pytest.raises(SchemaChanged, match=r"UN list: expected <CONSOLIDATED_LIST>, and <sdnList> is there"):
        read("un", "<sdnList><INDIVIDUAL/></sdnList>")


def test_a_un_entry_without_its_number_is_a_changed_schema() -> None:
    body = un_file([un_individual("CDi.1", "A"), un_individual("", "B")])
    with pytest.raises(SchemaChanged, match=r"UN list: INDIVIDUAL number 2 has no REFERENCE_NUMBER"):
        read("un", body)


def test_a_un_file_that_breaks_off_is_truncated_wherever_that_is() -> None:
    whole = un_file([un_individual(f"CDi.{n}", "JOHN", "DOE") for n in range(20)])
    for cut in (3, 40, 400, len(whole) - 30):
        with pytest.raises(Truncated, match=r"UN list: broken off or not XML"):
            read("un", whole[:-cut])


def test_a_web_page_is_no_list() -> None:
    for page in ("<!DOCTYPE html><html><body><p>Down<br></body></html>", "<html><body/></html>"):
        with pytest.raises(SchemaChanged):
            read("un", page)


def test_a_document_that_declares_entities_is_not_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
    with pytest.raises(SchemaChanged, match="declares a document type"):
        read("un", un_file([un_individual("CDi.1", "&c;")], prolog=bomb))


def test_a_document_that_points_to_a_file_reads_none() -> None:
    thief = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(SchemaChanged, match="declares a document type"):
        read("un", un_file([un_individual("CDi.1", "&a;")], prolog=thief))


def test_a_depth_without_end_is_a_fault_and_not_a_crash() -> None:
    with pytest.raises(FeedError):
        read("un", "<CONSOLIDATED_LIST>" + "<a>" * 100_000)


# --- European Union -----------------------------------------------------------------------------------------------


def test_an_eu_entry_keeps_its_english_name_and_the_others_as_aliases() -> None:
    more = (
        '<nameAlias wholeName="Jean DOE" strong="true" nameLanguage="FR"/><nameAlias wholeName=" " strong="false"/>'
        '<citizenship countryIso2Code="BY" countryDescription="BELARUS"/><address countryIso2Code="RU"/>'
        '<regulation programme="BLR" publicationDate="2023-01-01"/><remark>A minister</remark>'
    )
    (one,) = read("eu", eu_file(eu_entity("EU.900.1", "John DOE", more=more)))
    assert one == Listing(
        list="the-list",
        uid="EU.900.1",
        name="John DOE",
        kind=ListedKind.INDIVIDUAL,
        programmes=("UKR", "BLR"),
        countries=("BY",),
        listed_on=date(2022, 3, 15),
        aliases=("Jean DOE",),
        remarks="A minister",
    )


def test_an_eu_enterprise_is_of_the_country_of_its_address() -> None:
    (one,) = read("eu", eu_file(eu_entity("EU.9.1", "FIRM", code="enterprise", more='<address countryIso2Code="RU"/>')))
    assert (one.kind, one.countries) == (ListedKind.ENTITY, ("RU",))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("nameAlias", "alias", "sanctionEntity number 1 has no nameAlias with a wholeName"),
        ('programme="UKR"', 'program="UKR"', "has no regulation with a programme"),
        ('code="person" classificationCode="P"', 'kind="P"', "has no subjectType that is a person or an enterprise"),
        ('logicalId="1" euReferenceNumber="EU.9.1"', "", "has neither euReferenceNumber nor logicalId"),
        ("export", "list", "expected <export>, and <list> is there"),
    ],
)
def test_an_eu_file_that_is_laid_out_otherwise_is_refused(old: str, new: str, complaint: str) -> None:
    with pytest.raises(SchemaChanged, match=complaint):
        read("eu", eu_file(eu_entity("EU.9.1", "John")).replace(old, new))


# --- United Kingdom -----------------------------------------------------------------------------------------------


def test_a_uk_entry_is_put_together_from_its_lines() -> None:
    rows = [
        uk_row(
            "RUS9001", name_1="John", name_2="Q.", name_6="DOE", nationality="Russia|Cuba", address_country="Cyprus"
        ),
        uk_row("RUS9002", name_6="FIRM LTD", designation_type="Entity", address_country="Cyprus"),
        uk_row("RUS9001", name_1="Johnny", name_6="DOE", name_type="Alias", name_non_latin_script="Иван"),
    ]
    first, second = read("uk", uk_file(*rows))
    assert first == Listing(
        list="the-list",
        uid="RUS9001",
        name="John Q. DOE",
        kind=ListedKind.INDIVIDUAL,
        programmes=("The Russia (Sanctions) (EU Exit) Regulations 2019",),
        countries=("Russia", "Cuba"),
        listed_on=date(2022, 3, 15),
        aliases=("Johnny DOE", "Иван"),
    )
    assert (second.name, second.kind, second.countries) == ("FIRM LTD", ListedKind.ENTITY, ("Cyprus",))


def test_a_uk_ship_is_a_vessel_under_its_flag() -> None:
    row = uk_row("RUS9003", name_6="TANKER", designation_type="Ship", current_believed_flag_of_ship="Panama")
    (one,) = read("uk", uk_file(row))
    assert (one.kind, one.countries) == (ListedKind.VESSEL, ("Panama",))


def test_a_uk_primary_name_comes_first_wherever_it_stands() -> None:
    rows = [uk_row("X1", name_6="ALIAS", name_type="Alias"), uk_row("X1", name_6="REAL")]
    (one,) = read("uk", uk_file(*rows))
    assert (one.name, one.aliases) == ("REAL", ("ALIAS",))


def test_a_uk_file_may_have_more_columns_in_another_order() -> None:
    row = dict(zip(UK_COLUMNS, uk_row("X1", name_6="NAME"), strict=True))
    columns = ["New Column", *reversed(UK_COLUMNS)]
    (one,) = read("uk", uk_file([row.get(column, "new") for column in columns], columns=columns))
    assert one.name == "NAME"


@pytest.mark.parametrize("column", ["Unique ID", "Regime Name", "Designation Type", "Name 6", "Date Designated"])
def test_a_uk_header_without_a_column_that_is_needed_is_refused(column: str) -> None:
    columns = [name.replace(column, "Renamed") for name in UK_COLUMNS]
    with pytest.raises(SchemaChanged, match=rf"UK list: expected columns {column.lower()}, and they are not there"):
        read("uk", uk_file(uk_row("X1", name_6="NAME"), columns=columns))


def test_a_uk_file_without_any_header_is_refused() -> None:
    for body in ("", "Report Date: 08-Oct-2026\r\n", "<html><body>Gone</body></html>"):
        with pytest.raises(SchemaChanged, match="UK list: expected"):
            read("uk", body)


def test_a_uk_type_that_nobody_knows_is_refused() -> None:
    with pytest.raises(
        SchemaChanged, match=r"UK list: row 3: expected a Unique ID and Individual.*'Aircraft' are there"
    ):
        read("uk", uk_file(uk_row("X1", name_6="NAME", designation_type="Aircraft")))


def test_a_uk_file_that_breaks_off_is_truncated() -> None:
    whole = uk_file(uk_row("X1", name_6="ONE"), uk_row("X2", name_6="TWO"))
    for cut in (20, 60):
        with pytest.raises(Truncated, match="UK list: ends within row 4"):
            read("uk", whole[:-cut])


# --- Canada -------------------------------------------------------------------------------------------------------


def test_a_canadian_regulation_is_a_programme_and_no_nationality() -> None:
    (one,) = read("canada", canada_file(canada_record(GivenName="John", LastName="DOE", Aliases="Johnny, Jack")))
    assert (one.name, one.kind, one.programmes, one.countries) == (
        "John DOE",
        ListedKind.INDIVIDUAL,
        ("Russia",),
        (),
    )
    assert one.aliases == ("Johnny", "Jack")
    assert one.listed_on == date(2022, 2, 24)


def test_a_canadian_ship_has_a_number() -> None:
    ship, firm = read(
        "canada",
        canada_file(
            canada_record(EntityOrShip="TANKER", ShipIMONumber="9000001", TitleOrShip="Crude Oil Tanker"),
            canada_record(EntityOrShip="FIRM"),
        ),
    )
    assert (ship.kind, firm.kind) == (ListedKind.VESSEL, ListedKind.ENTITY)
    assert "9000001" in ship.remarks


def test_a_canadian_entry_is_known_by_regulation_schedule_and_name() -> None:
    records = [
        canada_record(EntityOrShip="FIRM"),
        canada_record(EntityOrShip="Firm  ", Item="7"),
        canada_record(EntityOrShip="FIRM", Schedule="2"),
        canada_record(EntityOrShip="FIRM", Country="Belarus / Bélarus"),
    ]
    uids = [one.uid for one in read("canada", canada_file(*records))]
    assert uids[0] == uids[1]
    assert len(set(uids)) == 3


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (canada_record(), "record number 1 has none of GivenName, LastName and EntityOrShip"),
        (canada_record(EntityOrShip="FIRM", Country=""), "record number 1 has no Country"),
    ],
)
def test_a_canadian_entry_that_is_laid_out_otherwise_is_refused(record: str, complaint: str) -> None:
    with pytest.raises(SchemaChanged, match=complaint):
        read("canada", canada_file(record))


# --- all ----------------------------------------------------------------------------------------------------------


def test_words_are_made_fit_to_be_shown() -> None:
    (one,) = ofac_of(ofac_row(7, "EVIL\u202e\u200b  CO\x07" + "X" * 1_000))
    assert one.name.startswith("EVIL COX")
    assert len(one.name) == 300


def test_only_an_entry_at_a_time_is_in_memory() -> None:
    program = (
        "import resource; from tests.adapters.feeds.lists.files import *; from adapters.feeds.lists import READERS;"
        "body = un_file(un_individual(f'CDi.{n}', 'A', more='<X><Y>y</Y></X>' * 200) for n in range(1_500));"
        "files = [fetched(body)]; del body; before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "assert sum(1 for _ in READERS['un'].read(files, 'x')) == 1_500;"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    # the whole tree would have 600,000 elements and take 110 MB
    assert int(run.stdout) < 40_000
