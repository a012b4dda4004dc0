//! Starting the product, and operators' work on its database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use features::house::{House, Masters, Mode, server};
use features::{account, seeds, worker};
use platform::clock::Clock;
use platform::db::{Address, Db, Failure, Tx};
use platform::mail::Courier;
use platform::{args, backup, ids, journal, migrations, outbox, sql};
use rules::access::{Permission, Role};
use serde_json::json;

fn open(database: &str) -> Result<Db, String> {
    let address: Address = database.parse()?;
    if let Address::Sqlite(path) = &address
        && let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    Db::open(&address).map_err(|e| format!("{database}: {e}"))
}

fn logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())
}

pub fn demo(listen: &str, at: &str, data: Option<PathBuf>) -> Result<(), String> {
    logging();
    let start = rules::time::parse_instant(at).ok_or_else(|| format!("{at} is not a time (2022-02-07T10:00:00+09:00)"))?;
    let masters = Masters::load()?;
    let begins = masters.programme().calendar.begins();
    if start < begins {
        return Err(format!("the demo's calendar begins at {}", rules::time::rfc3339(begins)));
    }
    let fresh = data.is_none();
    let folder = data.unwrap_or_else(|| std::env::temp_dir().join(ids::short("vsys-demo")));
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let db = open(&format!("sqlite:{}", folder.join("vsys.sqlite").display()))?;
    let clock = Clock::starting_at(start);
    migrations::migrate(&db, clock.now()).map_err(|e| e.to_string())?;
    runtime()?.block_on(async move {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| format!("{listen}: {e}"))?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let base_url = format!("http://{address}");
        let planted = (db.clone(), masters.clone(), base_url.clone());
        tokio::task::spawn_blocking(move || seeds::plant(&planted.0, &planted.1, &planted.2))
            .await
            .map_err(|e| e.to_string())?
            .map_err(|e| format!("the small world could not be built: {e:?}"))?;
        // A world that was kept goes on where it stood: time never runs backwards.
        let (last,): (Option<jiff::Timestamp>,) =
            db.read(|tx: &mut Tx<'_>| tx.one(sql!("select max(at) from journal"), args![])).await.map_err(|e| e.to_string())?;
        let start = last.filter(|last| *last > start).unwrap_or(start);
        clock.set(start);
        let house = House::new(db, clock, masters, Courier::Folder(folder.join("mails")), Mode::Demo, base_url.clone());
        let mut lines = vec![
            format!("vsys demo: {base_url}/"),
            format!("  clock     {} (Japan time; the bar on top of every page moves it)", rules::time::rfc3339(start)),
            format!(
                "  database  {}{}",
                folder.join("vsys.sqlite").display(),
                if fresh { "  (a fresh world; --data FOLDER keeps one)" } else { "" }
            ),
            format!("  mails     {}  and {base_url}/demo/mails", folder.join("mails").display()),
            format!("  password  {}  for everybody:", seeds::PASSWORD),
        ];
        lines.extend(seeds::cast().personas.iter().map(|p| format!("    {:34} {}（{}）", p.mail, p.name, p.what)));
        lines.push("  stop with Ctrl-C".into());
        crate::say(&lines.join("\n"));
        let outcome = run(house, listener).await;
        if fresh {
            let _ = std::fs::remove_dir_all(&folder);
        }
        outcome
    })
}

async fn run(house: Arc<House>, listener: tokio::net::TcpListener) -> Result<(), String> {
    tokio::spawn(worker::run(house.clone()));
    axum::serve(listener, server::service(house)).with_graceful_shutdown(stopped()).await.map_err(|e| e.to_string())
}

/// Ctrl-C or SIGTERM.
async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

pub fn serve(database: &str, listen: &str, base_url: Option<String>, smtp: Option<String>, mail_from: &str) -> Result<(), String> {
    logging();
    let masters = Masters::load()?;
    let db = open(database)?;
    let pending = migrations::pending(&db).map_err(|e| e.to_string())?;
    if !pending.is_empty() {
        return Err(format!("the database is behind this version; run vsys migrate --database {database}"));
    }
    let personas: Vec<String> = seeds::cast().personas.iter().map(|p| p.mail.clone()).collect();
    for mail in personas {
        let found = db.write_blocking(move |tx: &mut Tx<'_>| account::store::by_mail(tx, &mail)).map_err(|e| e.to_string())?;
        if found.is_some() {
            return Err(
                "this database holds the demo's personas, whose password everybody knows; a production server doesn't start on it".into()
            );
        }
    }
    let courier = match smtp {
        Some(url) => Courier::smtp(&url, mail_from)?,
        None => Courier::Nowhere,
    };
    runtime()?.block_on(async move {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| format!("{listen}: {e}"))?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let base_url = base_url.unwrap_or_else(|| format!("http://{address}"));
        crate::say(&format!("vsys: {base_url}/ (listening on {address})"));
        let house = House::new(db, Clock::machine(), masters, courier, Mode::Production, base_url);
        run(house, listener).await
    })
}

pub fn migrate(database: &str) -> Result<(), String> {
    let db = open(database)?;
    let applied = migrations::migrate(&db, Clock::machine().now()).map_err(|e| e.to_string())?;
    crate::say(&json!({"applied": applied}).to_string());
    Ok(())
}

pub fn doctor(database: Option<&str>) -> Result<(), String> {
    let masters = Masters::load()?;
    let mut report = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "programmes": masters.programmes.iter().map(|p| &p.id).collect::<Vec<_>>(),
        "prefectures": masters.places.prefectures.len(),
        "municipalities": masters.places.municipalities.len(),
        "holidays": masters.holidays.0.len(),
    });
    if let Some(database) = database {
        let db = open(database)?;
        let pending = migrations::pending(&db).map_err(|e| e.to_string())?;
        let waiting: i64 = if pending.is_empty() {
            db.write_blocking(|tx: &mut Tx<'_>| tx.one::<(i64,)>(sql!("select count(*) from mail where sent_at is null"), args![]))
                .map_err(|e| e.to_string())?
                .0
        } else {
            0
        };
        report["database"] =
            json!({"engine": format!("{:?}", db.engine).to_lowercase(), "pending_migrations": pending, "mails_waiting": waiting});
    }
    crate::say(&report.to_string());
    Ok(())
}

/// The file of an embedded database; a PostgreSQL is backed up by its own tools (docs/operations.md).
fn embedded(database: &str) -> Result<PathBuf, String> {
    match database.parse()? {
        Address::Sqlite(path) => Ok(path),
        Address::Postgres(_) => Err("PostgreSQL is backed up with its own tools (pg_dump, pg_basebackup); see docs/operations.md".into()),
    }
}

pub fn backup(database: &str, out: &Path) -> Result<(), String> {
    let checksum = backup::backup(&embedded(database)?, out)?;
    crate::say(&json!({"backup": out, "sha256": checksum}).to_string());
    Ok(())
}

pub fn restore(database: &str, from: &Path) -> Result<(), String> {
    let to = embedded(database)?;
    backup::restore(from, &to)?;
    // A copy that can't be believed isn't left lying about as a database.
    if let Err(why) = verify_journal(database) {
        let _ = std::fs::remove_file(&to);
        return Err(format!("the backup's journal doesn't verify: {why}"));
    }
    Ok(())
}

pub fn verify_journal(database: &str) -> Result<(), String> {
    let db = open(database)?;
    let (rows, faults) = db.write_blocking(journal::verify).map_err(|e| e.to_string())?;
    if let Some(first) = faults.first() {
        return Err(format!(
            "{} faults in {rows} rows; the first: {} {} row {}: {}",
            faults.len(),
            first.record_kind,
            first.record_id,
            first.number,
            first.what
        ));
    }
    crate::say(&json!({"rows": rows, "faults": 0}).to_string());
    Ok(())
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// Writes an invitation and prints its link; also mails it
    Invite {
        #[arg(long)]
        database: String,
        #[arg(long)]
        mail: String,
        #[arg(long)]
        name: String,
        /// organizer, institution, national, prefecture, municipality, wholesaler, federation, support or auditor
        #[arg(long)]
        role: String,
        /// kind=id, such as municipality=131032, venue=v-…, wholesaler=w-tokyo; nation=jp for the ministry
        #[arg(long)]
        scope: String,
        /// reviewer, allocator, approver, master_editor; comma separated
        #[arg(long, default_value = "")]
        permissions: String,
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        base_url: String,
    },
    /// Ends every hat of a person; the ID can't sign in any more
    Disable {
        #[arg(long)]
        database: String,
        #[arg(long)]
        mail: String,
    },
}

pub fn user(what: UserCommand) -> Result<(), String> {
    let now = Clock::machine().now();
    match what {
        UserCommand::Invite { database, mail, name, role, scope, permissions, base_url } => {
            let db = open(&database)?;
            let mail = rules::input::mail("--mail", &mail).map_err(|e| e.to_string())?;
            let role = Role::from_key(&role).ok_or_else(|| format!("{role} is not a role"))?;
            let (kind, id) =
                scope.split_once('=').map(|(k, i)| (k.to_string(), i.to_string())).ok_or_else(|| format!("{scope} is not kind=id"))?;
            if let Some(bad) = permissions.split(',').filter(|p| !p.is_empty()).find(|p| Permission::from_key(p).is_none()) {
                return Err(format!("{bad} is not a permission"));
            }
            let link = db
                .write_blocking(move |tx: &mut Tx<'_>| {
                    // The hat waits on the account that the invitation will make; permissions are granted with it.
                    let account = match account::store::by_mail(tx, &mail)? {
                        Some(account) => account,
                        None => account::store::create(tx, now, &mail, &name, None)?,
                    };
                    account::store::grant(tx, now, &account, role, &kind, &id, &permissions)?;
                    let link = account::store::invite(tx, &base_url, now, &mail, &name, role, &kind, &id, None)?;
                    let body = format!("{name}さん\n\n次のリンクからパスワードを決めて、はじめてください（24時間・1回かぎり）。\n{link}");
                    outbox::put(
                        tx,
                        now,
                        &outbox::Mail {
                            to: mail.clone(),
                            subject: "【はじめてのログイン】".into(),
                            body,
                            about: (kind.clone(), id.clone()),
                        },
                    )?;
                    Ok::<_, Failure>(link)
                })
                .map_err(|e| e.to_string())?;
            crate::say(&json!({"link": link}).to_string());
        }
        UserCommand::Disable { database, mail } => {
            let db = open(&database)?;
            let wanted = mail.clone();
            let ended = db
                .write_blocking(move |tx: &mut Tx<'_>| {
                    let Some(account) = account::store::by_mail(tx, &wanted)? else { return Ok(None) };
                    let hats: Vec<(String,)> =
                        tx.all(sql!("select id from membership where account_id = $1 and ended_at is null"), args![&account])?;
                    for (hat,) in &hats {
                        account::store::retire(tx, now, hat)?;
                    }
                    tx.run(sql!("update account set disabled_at = $1 where id = $2"), args![now, &account])?;
                    tx.run(sql!("delete from session where account_id = $1"), args![&account])?;
                    Ok::<_, Failure>(Some(hats.len()))
                })
                .map_err(|e| e.to_string())?
                .ok_or_else(|| format!("there is no account for {mail}"))?;
            crate::say(&json!({"ended_memberships": ended}).to_string());
        }
    }
    Ok(())
}
