"""The tables, as steps that are only ever added to: a step that was released is never changed.

Written in SQL, because half of what matters here (no rowid, partial indexes, checks) has no word in sqlite-utils.

    visits, feed_states, feeds      what was looked at, and when it is looked at next
    items                           every item with its reading and what became of it
    sights                          every face an item has shown; outlives the item, so that pruned is not new again
    stories, reports, story_actors  the ledger; `story_actors` answers "what about this country" by index alone
    story_pairs                     who acts on whom in a story's lead action: what a later story may follow or answer
    story_words                     what stories are found by: the words of their reports, written and as they sound
    messages, deliveries, posts     the outbox; a message that goes to many rooms is kept once
    subscriptions, rules, changes   what people made in chat, and what it was before
    listings, listing_names, listing_codes, list_states, list_doubts, list_changes, list_change_codes
                                    official lists as they stand, how to find a name in them, and what changed
    bundles                         which deliveries a digest tells in one message
    drafts, places                  changes that wait for a yes; which guild or workspace a room belongs to
    feedback, hits                  what people found not relevant; which stories a rule picked
    stopped_rooms, troubles         rooms that take nothing; which sources rooms were told are in trouble
    meta                            small facts about the store itself

Moments are integers: microseconds since 1970 in UTC; they sort, and come back exactly. `n` is the order of arrival.
"""

import sqlite3
from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING

from adapters.store.search import FUNCTIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

SET = "sanctionwire"

# the first release: everything but what the later steps add
_FIRST = """
create table meta (name text primary key, value text not null) without rowid;

create table feeds (key text primary key, body text not null) without rowid;
create table feed_states (feed text primary key, body text not null) without rowid;
create table visits (
    n integer primary key,
    feed text not null, at integer not null, outcome text not null, status integer,
    items integer not null, fresh integer not null, newest integer, detail text not null
);
create index visits_feed on visits (feed, at);
create index visits_at on visits (at);

create table items (
    n integer primary key,
    key text not null unique,
    feed text not null, guid text not null, link text not null, title text not null, summary text not null,
    date integer, seen integer not null,
    outlet text not null, language text not null, official integer not null,
    relevant integer not null, why_not text, outcome text not null, because text not null, story text,
    reading text not null, trail text not null, text text not null
);
create index items_seen on items (seen, n);
create index items_story on items (story) where story is not null;

create table sights (
    face integer primary key,
    item text not null, feed text not null,
    guid integer, link integer, title integer, headline integer, body integer,
    at integer not null,
    home integer not null
);
create index sights_item on sights (item);
create index sights_guid on sights (guid, at) where guid is not null;
create index sights_link on sights (link, at) where link is not null;
create index sights_headline on sights (headline, at) where headline is not null;

create table stories (
    key text primary key,
    stage text not null, first integer not null, last integer not null, follows text, answers text,
    seeded integer not null default 0,
    version integer not null default 1,
    body text not null
) without rowid;
create index stories_last on stories (last);
create index stories_seeded on stories (key) where seeded = 1;
create index stories_follows on stories (follows) where follows is not null;
create index stories_answers on stories (answers) where answers is not null;

create table reports (
    story text not null references stories (key) on delete cascade,
    n integer not null,
    item text not null, outlet text not null, link text not null, title text not null, at integer not null,
    official integer not null, evidence text not null,
    primary key (story, n)
) without rowid;

create table story_actors (
    story text not null references stories (key) on delete cascade,
    role text not null check (role in ('issuer', 'target', 'speaker')),
    code text not null,
    last integer not null,
    primary key (story, role, code)
) without rowid;
create index story_actors_code on story_actors (code, role, last);

create table messages (id integer primary key, body text not null);

create table deliveries (
    n integer primary key,
    key text not null unique,
    room text not null, kind text not null,
    story text not null references stories (key),
    began integer not null,
    message integer not null references messages (id),
    state text not null check (state in ('pending', 'sent', 'refused', 'overtaken')),
    created integer not null, due integer not null,
    attempts integer not null default 0, doubtful integer not null default 0,
    problem text not null default '', receipt text
);
create index deliveries_pending on deliveries (began, n, due) where state = 'pending';
create index deliveries_turn on deliveries (story, room, n) where state = 'pending';
create index deliveries_done on deliveries (created) where state <> 'pending';
create index deliveries_message on deliveries (message);

create table posts (
    story text not null references stories (key),
    room text not null,
    delivery text not null,
    sent integer not null default 0,
    receipt text,
    primary key (story, room)
) without rowid;

create table subscriptions (key text primary key, room text not null, body text not null) without rowid;
create table rules (key text primary key, scope text not null, body text not null) without rowid;
create table changes (
    n integer primary key,
    at integer not null, by text not null, kind text not null, key text not null, before text, after text
);
create index changes_key on changes (kind, key);
"""

# digests and held deliveries; drafts and places; feedback and hits; history by place
_RHYTHM_AND_RULES = """
alter table deliveries add column held integer;
create index deliveries_fresh on deliveries (room, n, due, kind, key, held)
    where state = 'pending' and attempts = 0 and doubtful = 0;
create index posts_delivery on posts (delivery);
create table bundles (digest text not null, member text not null, primary key (digest, member)) without rowid;

alter table changes add column place text;
alter table changes add column room text;
create index changes_place on changes (place, n);

create table drafts (token text primary key, at integer not null, state text not null, body text not null)
    without rowid;
create index drafts_at on drafts (at);
create table places (room text primary key, place text not null) without rowid;

create table feedback (
    n integer primary key,
    place text not null, story text not null, person text not null, at integer not null, body text not null,
    unique (place, story, person)
);
create index feedback_at on feedback (place, at);
create table hits (
    rule text not null, story text not null, at integer not null, primary key (rule, story)
) without rowid;
"""

# official lists: entries, states, changes
_LISTINGS = """
create table list_states (
    list text not null, number integer not null,
    digest text not null, at integer not null, entries integer not null,
    primary key (list, number)
) without rowid;

create table listings (
    n integer primary key,
    list text not null, uid text not null, mark integer not null,
    body text not null,
    unique (list, uid)
);
create virtual table listing_names using fts5 (names, sounds, tokenize = 'trigram');
create table listing_codes (
    code text not null, list text not null, kind text not null,
    listing integer not null references listings (n) on delete cascade,
    primary key (code, list, kind, listing)
) without rowid;
create index listing_codes_listing on listing_codes (listing);
create table list_doubts (list text not null, uid text not null, primary key (list, uid)) without rowid;

create table list_changes (
    n integer primary key,
    list text not null, state integer not null, at integer not null, fate text not null, body text not null
);
create index list_changes_state on list_changes (list, state);
create table list_change_codes (
    code text not null, at integer not null,
    change integer not null references list_changes (n) on delete cascade,
    primary key (code, at, change)
) without rowid;
create index list_change_codes_change on list_change_codes (change)
"""

# deliveries of no story, which takes a copy; rooms that take nothing; sources in trouble
_NOTICES = """
create table deliveries_anew (
    n integer primary key,
    key text not null unique,
    room text not null, kind text not null,
    story text references stories (key),
    began integer not null,
    message integer not null references messages (id),
    state text not null check (state in ('pending', 'sent', 'refused', 'overtaken')),
    created integer not null, due integer not null,
    attempts integer not null default 0, doubtful integer not null default 0,
    problem text not null default '', receipt text, held integer,
    refusals integer not null default 0,
    check ((story is null) = (kind = 'notice'))
);
insert into deliveries_anew (
    n, key, room, kind, story, began, message, state, created, due, attempts, doubtful, problem, receipt, held
) select n, key, room, kind, story, began, message, state, created, due, attempts, doubtful, problem, receipt, held
from deliveries;
drop table deliveries;
alter table deliveries_anew rename to deliveries;
create index deliveries_pending on deliveries (began, n, due) where state = 'pending';
create index deliveries_turn on deliveries (story, room, n) where state = 'pending';
create index deliveries_done on deliveries (created) where state <> 'pending';
create index deliveries_message on deliveries (message);
create index deliveries_fresh on deliveries (room, n, due, kind, key, held)
    where state = 'pending' and attempts = 0 and doubtful = 0;

create table stopped_rooms (
    room text primary key,
    reason text not null, since integer not null, again integer not null, told integer not null
) without rowid;
create table troubles (feed text primary key, kind text not null, since integer not null) without rowid;
"""

# who acts on whom, so that older stories can be asked for instead of being held in memory
_PAIRS = """
create table story_pairs (
    scope text not null, issuer text not null, target text not null, first integer not null,
    story text not null references stories (key) on delete cascade,
    stage text not null,
    primary key (scope, issuer, target, first, story)
) without rowid;
create index story_pairs_target on story_pairs (scope, target, first);
create index story_pairs_story on story_pairs (story);
insert or ignore into story_pairs (scope, issuer, target, first, story, stage)
select
    coalesce(json_extract(s.body, '$.scope'), ''), coalesce(i.value, ''), coalesce(t.value, ''),
    s.first, s.key, s.stage
from stories s
left join json_each(s.body, '$.action.issuers') i
left join json_each(s.body, '$.action.targets') t
"""

_STORY_WORDS = """
create virtual table story_words using fts5 (
    story unindexed, words, sounds, tokenize = 'unicode61 remove_diacritics 2', detail = column, columnsize = 0
);
insert into story_words (rowid, story, words, sounds)
select story_row(first, key), key, story_written(text), story_sounds(text) from (
    select key, first, headline || char(10) || evidence || char(10) || names || char(10) || reports as text from (
        select
            s.key, s.first, coalesce(json_extract(s.body, '$.headline'), '') as headline,
            coalesce(json_extract(s.body, '$.action.evidence'), '') as evidence,
            coalesce(json_extract(s.body, '$.action.names'), '') as names,
            coalesce((select group_concat(title || char(10) || evidence, char(10)) from reports
                where story = s.key), '') as reports
        from stories s
    )
)
"""

# what is urgent goes out before what was held, and before what only changes a post
_URGENCY = """
drop index deliveries_pending;
create index deliveries_pending on deliveries (
    (held is not null or kind = 'edit' or kind = 'notice'), began, n, due
) where state = 'pending'
"""

STEPS = {
    "m001_first": _FIRST,
    "m002_rhythm_and_rules": _RHYTHM_AND_RULES,
    "m003_listings": _LISTINGS,
    "m004_notices": _NOTICES,
    "m005_story_pairs": _PAIRS,
    "m006_story_words": _STORY_WORDS,
    "m007_urgency": _URGENCY,
}
"""Every step by its name, in order; a name that was released is never given to another."""

_APPLIED = "select name from _sqlite_migrations where migration_set = ? order by id"


def applied(raw: sqlite3.Connection) -> list[str]:
    """Return the names of the steps that a database has, in order."""
    known = raw.execute("select 1 from sqlite_master where name = '_sqlite_migrations'").fetchone()
    return [name for (name,) in raw.execute(_APPLIED, (SET,))] if known else []


def apply(raw: sqlite3.Connection) -> None:
    """Bring the tables up to date, inside a transaction."""
    # imported where there is something to do: it takes longer than all else that a short command needs
    from sqlite_utils import Database, Migrations

    for name, function in FUNCTIONS.items():
        raw.create_function(name, len(signature(function).parameters), function, deterministic=True)
    migrations = Migrations(SET)
    for name, statements in STEPS.items():
        migrations(name=name)(_step(statements))
    migrations.apply(Database(raw, execute_plugins=False))


def _step(statements: str) -> "Callable[[Database], None]":
    def step(db: "Database") -> None:
        # not executescript: it would commit whatever transaction is open
        for statement in statements.split(";\n"):
            if statement.strip():
                db.execute(statement)

    return step
