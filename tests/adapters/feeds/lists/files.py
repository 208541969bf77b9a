"""Small files in each list's format, written by hand after the formats' own descriptions; nobody real is in them."""

from collections.abc import Iterable, Sequence

from adapters.feeds.fetch import Fetched


def fetched(body: bytes | str, charset: str | None = None) -> Fetched:
    data = body.encode() if isinstance(body, str) else body
    return Fetched(status=200, final_url="https://lists.example/", body=data, charset=charset)


# --- OFAC ---------------------------------------------------------------------------------------------------------


def ofac_row(
    uid: int,
    name: str = "",
    type_: str = "individual",
    programme: str = "RUSSIA-EO14024",
    *,
    flag: str = "-0- ",
    remarks: str = "-0- ",
) -> str:
    """Return one line of sdn.csv."""
    fields = [f'"{name or f"PERSON, Number {uid}"}"', f'"{type_}"' if type_ != "-0- " else type_, f'"{programme}"']
    rest = ["-0- "] * 5 + [flag, "-0- ", remarks if remarks == "-0- " else f'"{remarks}"']
    return ",".join([str(uid), *fields, *rest])


def ofac_file(rows: Iterable[str]) -> str:
    """Return a file of OFAC's: lines as DOS ends them, then the sign that ended files in DOS."""
    return "".join(row + "\r\n" for row in rows) + "\x1a"


def ofac_entries(uids: Iterable[int], **how: str) -> str:
    return ofac_file(ofac_row(uid, **how) for uid in uids)


OFAC_ADDRESSES = ofac_file(['7,1,"1 Long Street","Limassol","Cyprus",-0- ', "8,2,-0- ,-0- ,-0- ,-0- "])
OFAC_ALIASES = ofac_file(['7,1,"aka","BIG OIL",-0- ', '7,2,"fka","OLD OIL",-0- '])


# --- United Nations -----------------------------------------------------------------------------------------------


def un_individual(ref: str, *names: str, more: str = "") -> str:
    tags = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
    parts = "".join(f"<{tag}>{name}</{tag}>" for tag, name in zip(tags, names, strict=False))
    return (
        f"<INDIVIDUAL><DATAID>1</DATAID>{parts}<UN_LIST_TYPE>DRC</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>{ref}</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON>{more}</INDIVIDUAL>"
    )


def un_entity(ref: str, name: str, more: str = "") -> str:
    return (
        f"<ENTITY><DATAID>2</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>{ref}</REFERENCE_NUMBER><LISTED_ON>2017-06-01</LISTED_ON>{more}</ENTITY>"
    )


def un_file(individuals: Iterable[str] = (), entities: Iterable[str] = (), *, prolog: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09Z">'
        f"<INDIVIDUALS>{''.join(individuals)}</INDIVIDUALS><ENTITIES>{''.join(entities)}</ENTITIES></CONSOLIDATED_LIST>"
    )


# --- European Union -----------------------------------------------------------------------------------------------


def eu_entity(ref: str, name: str, *, code: str = "person", programme: str = "UKR", more: str = "") -> str:
    return (
        f'<sanctionEntity logicalId="1" euReferenceNumber="{ref}" designationDate="2022-03-15">'
        f'<regulation numberTitle="2022/1" publicationDate="2022-03-16" programme="{programme}"/>'
        f'<subjectType code="{code}" classificationCode="{code[0].upper()}"/>'
        f'<nameAlias wholeName="{name}" strong="true" nameLanguage="EN"/>{more}</sanctionEntity>'
    )


def eu_file(*entities: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-02-27T00:00:00Z">'
        f"{''.join(entities)}</export>"
    )


# --- United Kingdom -----------------------------------------------------------------------------------------------

UK_COLUMNS = (
    "Last Updated",
    "Unique ID",
    "Name 6",
    "Name 1",
    "Name 2",
    "Name 3",
    "Name 4",
    "Name 5",
    "Name type",
    "Name non-latin script",
    "Regime Name",
    "Designation Type",
    "Sanctions Imposed",
    "Other Information",
    "Address Country",
    "Date Designated",
    "Nationality(/ies)",
    "Current believed flag of ship",
    "IMO number",
)


def uk_row(uid: str, **columns: str) -> list[str]:
    """Return one line; `columns` by their names in small letters, with underscores."""
    values = {
        "unique_id": uid,
        "name_type": "Primary Name",
        "regime_name": "The Russia (Sanctions) (EU Exit) Regulations 2019",
        "designation_type": "Individual",
        "date_designated": "15/03/2022",
        **columns,
    }
    return [values.get(_key(column), "") for column in UK_COLUMNS]


def uk_file(*rows: Sequence[str], columns: Sequence[str] = UK_COLUMNS) -> str:
    lines = [",".join(f'"{field}"' for field in row) for row in (columns, *rows)]
    return "\ufeffReport Date: 08-Oct-2026\r\n" + "".join(line + "\r\n" for line in lines)


def _key(column: str) -> str:
    return column.lower().replace("(/ies)", "").replace(" ", "_").replace("-", "_")


# --- Canada -------------------------------------------------------------------------------------------------------


def canada_record(**fields: str) -> str:
    values = {"Country": "Russia / Russie", "Schedule": "1, Part 1", "DateOfListing": "2022-02-24", **fields}
    return "<record>" + "".join(f"<{name}>{value}</{name}>" for name, value in values.items()) + "</record>"


def canada_file(*records: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><data-set>{"".join(records)}</data-set>'
