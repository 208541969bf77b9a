BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'sanctionwire','m001_first','2026-11-20 11:00:26.440285+00:00');
CREATE TABLE changes (
    n integer primary key,
    at integer not null, by text not null, kind text not null, key text not null, before text, after text
);
CREATE TABLE deliveries (
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
INSERT INTO "deliveries" VALUES(1,'665ihkacejk3tz4w','console','alert','iran-1',1772442000000000,7074610031284239192,'pending',1772442000000000,1772442000000000,0,0,'',NULL);
CREATE TABLE feed_states (feed text primary key, body text not null) without rowid;
CREATE TABLE feeds (key text primary key, body text not null) without rowid;
CREATE TABLE items (
    n integer primary key,
    key text not null unique,
    feed text not null, guid text not null, link text not null, title text not null, summary text not null,
    date integer, seen integer not null,
    outlet text not null, language text not null, official integer not null,
    relevant integer not null, why_not text, outcome text not null, because text not null, story text,
    reading text not null, trail text not null, text text not null
);
INSERT INTO "items" VALUES(1,'gxzadxllo5t46','gazette','http://gazette.example/?p=1','http://gazette.example/world/bridge-1','Ministers quarrel over the bridge in round 1','The bridge has been on the table 1 times.',1772355660000000,1772442000000000,'Gazette','en',0,0,'other','silent','no sanctions',NULL,'{"relevant":false,"why_not":"other"}','[["read","silent","no sanctions"]]','');
INSERT INTO "items" VALUES(2,'item-1','gazette','item-1','https://gazette.example/item-1','Four people listed item-1','The bridge has been on the table 1 times.',1772355660000000,1772442000000000,'Gazette','en',0,1,NULL,'alert','a new story','iran-1','{"relevant":true,"actions":[{"stage":"imposed","issuers":["EU"],"targets":["IR"],"instruments":["asset_freeze"],"counts":{"individuals":4}}]}','[["choose","alert","subscribed"]]','');
CREATE TABLE messages (id integer primary key, body text not null);
INSERT INTO "messages" VALUES(7074610031284239192,'{"title":"Four people listed","stage":"imposed"}');
CREATE TABLE meta (name text primary key, value text not null) without rowid;
CREATE TABLE posts (
    story text not null references stories (key),
    room text not null,
    delivery text not null,
    sent integer not null default 0,
    receipt text,
    primary key (story, room)
) without rowid;
INSERT INTO "posts" VALUES('iran-1','console','665ihkacejk3tz4w',0,NULL);
CREATE TABLE reports (
    story text not null references stories (key) on delete cascade,
    n integer not null,
    item text not null, outlet text not null, link text not null, title text not null, at integer not null,
    official integer not null, evidence text not null,
    primary key (story, n)
) without rowid;
INSERT INTO "reports" VALUES('iran-1',0,'iran-1-a','Gazette','https://gazette.example/a','Four listed',1772442000000000,0,'');
CREATE TABLE rules (key text primary key, scope text not null, body text not null) without rowid;
CREATE TABLE sights (
    face integer primary key,
    item text not null, feed text not null,
    guid integer, link integer, title integer, headline integer, body integer,
    at integer not null,
    home integer not null
);
INSERT INTO "sights" VALUES(3610305752218582471,'item-1','gazette',3610406846867350565,3887346680926838199,-5620839317965091930,-6746568953455119979,-5620975273229979928,1772442000000000,1);
INSERT INTO "sights" VALUES(3610363519141444792,'gxzadxllo5t46','gazette',3610274706218377854,3887171478876547023,-5621000247445327424,-6746655464546066786,-5620975273229979928,1772442000000000,1);
CREATE TABLE stories (
    key text primary key,
    stage text not null, first integer not null, last integer not null, follows text, answers text,
    seeded integer not null default 0,
    version integer not null default 1,
    body text not null
) without rowid;
INSERT INTO "stories" VALUES('iran-1','imposed',1772442000000000,1772442000000000,NULL,NULL,0,1,'{"key":"iran-1","action":{"stage":"imposed","issuers":["EU"],"targets":["IR"],"instruments":["asset_freeze"],"counts":{"individuals":4}},"headline":"Four listed","first":1772442000000000,"last":1772442000000000}');
CREATE TABLE story_actors (
    story text not null references stories (key) on delete cascade,
    role text not null check (role in ('issuer', 'target', 'speaker')),
    code text not null,
    last integer not null,
    primary key (story, role, code)
) without rowid;
INSERT INTO "story_actors" VALUES('iran-1','issuer','EU',1772442000000000);
INSERT INTO "story_actors" VALUES('iran-1','target','IR',1772442000000000);
CREATE TABLE subscriptions (key text primary key, room text not null, body text not null) without rowid;
CREATE TABLE visits (
    n integer primary key,
    feed text not null, at integer not null, outcome text not null, status integer,
    items integer not null, fresh integer not null, newest integer, detail text not null
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX visits_feed on visits (feed, at);
CREATE INDEX visits_at on visits (at);
CREATE INDEX items_seen on items (seen, n);
CREATE INDEX items_story on items (story) where story is not null;
CREATE INDEX sights_item on sights (item);
CREATE INDEX sights_guid on sights (guid, at) where guid is not null;
CREATE INDEX sights_link on sights (link, at) where link is not null;
CREATE INDEX sights_headline on sights (headline, at) where headline is not null;
CREATE INDEX stories_last on stories (last);
CREATE INDEX stories_seeded on stories (key) where seeded = 1;
CREATE INDEX stories_follows on stories (follows) where follows is not null;
CREATE INDEX stories_answers on stories (answers) where answers is not null;
CREATE INDEX story_actors_code on story_actors (code, role, last);
CREATE INDEX deliveries_pending on deliveries (began, n, due) where state = 'pending';
CREATE INDEX deliveries_turn on deliveries (story, room, n) where state = 'pending';
CREATE INDEX deliveries_done on deliveries (created) where state <> 'pending';
CREATE INDEX deliveries_message on deliveries (message);
CREATE INDEX changes_key on changes (kind, key);
COMMIT;
