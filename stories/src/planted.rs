//! The small world on each engine, planted once in a test program: every world begins as a copy.

use std::path::Path;
use std::sync::LazyLock;

use masters::Masters;
use platform::db::{Address, Db, Tx};
use platform::{backup, migrations, sql};
use vsys::demo_world;

use crate::{START, at, postgres, scratch};

/// Stands in the planted mails until a world has an address of its own.
const NOWHERE: &str = "http://localhost:0";

static MASTERS: LazyLock<Masters> =
    LazyLock::new(|| Masters::load().expect("the data files are sound"));

/// The embedded database as one file's bytes.
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = scratch::made("vsys-planted");
    let (database, copy) = (folder.join("vsys.sqlite"), folder.join("copy.sqlite"));
    drop(plant(&Address::Sqlite(database.clone())));
    backup::backup(&database, &copy).expect("a copy");
    let bytes = std::fs::read(&copy).expect("its bytes");
    std::fs::remove_dir_all(&folder).expect("nothing is left");
    bytes
});

/// The name of the database that others are copied from.
static DATABASE: LazyLock<String> = LazyLock::new(|| {
    let (name, address) = postgres::fresh();
    drop(plant(&Address::Postgres(address)));
    postgres::close(&name);
    name
});

fn plant(address: &Address) -> Db {
    let db = Db::open(address).expect("the database opens");
    migrations::migrate(&db, at(START)).expect("the tables are made");
    demo_world::plant(&db, &MASTERS, NOWHERE).expect("the small world is built");
    db
}

/// The country's data as the files have it.
pub fn masters() -> Masters {
    MASTERS.clone()
}

/// A database of one's own with the small world, in a file that isn't there yet.
pub fn in_file(file: &Path) -> Address {
    std::fs::write(file, &*FILE).expect("a file");
    Address::Sqlite(file.to_path_buf())
}

/// A database of one's own with the small world, on the tests' PostgreSQL.
pub fn on_postgres() -> Address {
    Address::Postgres(postgres::copy_of(&DATABASE))
}

/// Gives the planted mails the address under which a world is found.
pub fn settle(db: &Db, url: &str) {
    let update = sql!("update mail set body = replace(body, $1, $2)");
    let url = url.to_string();
    db.write_blocking(move |tx: &mut Tx<'_>| {
        tx.run(update, platform::args![NOWHERE, &url]).map(|_| ())
    })
    .expect("the planted mails");
}
