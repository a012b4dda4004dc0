//! Starting the product, and operators' work on its database.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use masters::{Masters, Source};
use platform::clock::Clock;
use platform::db::{Address, Db, Failure, Tx};
use platform::mail::Courier;
use platform::{backup, ids, measure, migrations, seal};
use rules::access::{Permission, Role, Scope};
use serde_json::json;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use vsys::{demo_world, worker};
use web::{House, Mode, Settings, server};
use words::Sentence;
use work::account::Grant;

fn open(database: &str) -> Result<Db, String> {
    let address: Address = database.parse()?;
    if let Address::Sqlite(path) = &address
        && let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    Db::open(&address).map_err(|e| format!("{database}: {e}"))
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

fn logging(format: LogFormat) {
    let _ = tracing_subscriber::registry().with(log_layer(format)).try_init();
}

fn log_layer<S>(format: LogFormat) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
        }
    }
    .with_filter(filter)
}

/// The log, and spans of requests to an OpenTelemetry collector (`http://host:4318/v1/traces`). They go on while what is
/// returned lives.
#[cfg(feature = "otel")]
fn traced_logging(
    format: LogFormat,
    otlp: Option<&str>,
) -> Result<Option<opentelemetry_sdk::trace::SdkTracerProvider>, String> {
    use opentelemetry::trace::TracerProvider;
    use opentelemetry_otlp::WithExportConfig;
    let Some(endpoint) = otlp else {
        logging(format);
        return Ok(None);
    };
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(endpoint)
        .build()
        .map_err(|e| format!("{endpoint}: {e}"))?;
    let resource = opentelemetry_sdk::Resource::builder().with_service_name("vsys").build();
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build();
    let spans = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("vsys"))
        .with_filter(tracing_subscriber::filter::LevelFilter::INFO);
    let _ = tracing_subscriber::registry().with(log_layer(format)).with(spans).try_init();
    Ok(Some(provider))
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())
}

pub fn demo(listen: &str, at: &str, data: Option<PathBuf>) -> Result<(), String> {
    logging(LogFormat::Text);
    let start = rules::time::parse_instant(at)
        .ok_or_else(|| format!("{at} is not a time (2022-02-07T10:00:00+09:00)"))?;
    let masters = Masters::load()?;
    let begins = masters.programme().calendar.begins();
    if start < begins {
        return Err(format!("the demo's calendar begins at {}", rules::time::rfc3339(begins)));
    }
    let listener = listener(listen)?;
    let world = World::of(data)?;
    let (fresh, folder) = (world.fresh, world.folder.clone());
    let db = open(&format!("sqlite:{}", folder.join("vsys.sqlite").display()))?;
    let clock = Clock::starting_at(start);
    migrations::migrate(&db, clock.now()).map_err(|e| e.to_string())?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(async move {
        let stop = Stop::heard()?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(|e| e.to_string())?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let base_url = format!("http://{address}");
        let planted = (db.clone(), masters.clone(), base_url.clone());
        tokio::task::spawn_blocking(move || demo_world::plant(&planted.0, &planted.1, &planted.2))
            .await
            .map_err(|e| e.to_string())?
            .map_err(|e| format!("the small world could not be built: {e:?}"))?;
        // A world that was kept goes on where it stood: time never runs backwards.
        let last: Option<jiff::Timestamp> =
            db.read(work::audit::last_at).await.map_err(|e| e.to_string())?;
        let start = last.filter(|last| *last > start).unwrap_or(start);
        clock.set(start);
        let house = House::new(
            db,
            clock,
            masters,
            Courier::Folder(folder.join("mails")),
            Settings::new(Mode::Demo, base_url.clone()),
            vsys::ROOMS,
        );
        let mut lines = vec![
            format!("vsys demo: {base_url}/"),
            format!(
                "  clock     {} (Japan time; the bar on top of every page moves it)",
                rules::time::rfc3339(start)
            ),
            format!(
                "  database  {}{}",
                folder.join("vsys.sqlite").display(),
                if fresh { "  (a fresh world; --data FOLDER keeps one)" } else { "" }
            ),
            format!("  mails     {}  and {base_url}/demo/mails", folder.join("mails").display()),
            format!("  password  {}  for everybody:", demo_world::PASSWORD),
        ];
        lines.extend(
            demo_world::cast()
                .personas
                .iter()
                .map(|p| format!("    {:34} {}（{}）", p.mail, p.name, p.what)),
        );
        lines.push("  stop with Ctrl-C".into());
        crate::say(&lines.join("\n"));
        // A browser holds connections open on which it asks nothing.
        tokio::select! {
            ended = run(house, listener, stop.clone()) => ended,
            () = async {
                stop.clone().told().await;
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            } => Ok(()),
        }
    });
    // The worker writes mails into the world as long as it runs.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    outcome
}

/// Listens before anything is made, so that nothing is left behind where that isn't possible.
fn listener(listen: &str) -> Result<std::net::TcpListener, String> {
    let bound = std::net::TcpListener::bind(listen).map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "{listen} is used by another program; choose another port with --listen \
             (127.0.0.1:0 takes any free one)"
        ),
        _ => format!("--listen {listen}: {e}"),
    })?;
    bound.set_nonblocking(true).map_err(|e| e.to_string())?;
    Ok(bound)
}

/// The demo's folder; a fresh one goes with the demo, however that ends.
struct World {
    folder: PathBuf,
    fresh: bool,
}

impl World {
    fn of(data: Option<PathBuf>) -> Result<World, String> {
        let fresh = data.is_none();
        let folder = data.unwrap_or_else(|| std::env::temp_dir().join(ids::short("vsys-demo")));
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(World { folder, fresh })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.fresh {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

async fn run(
    house: Arc<House>,
    listener: tokio::net::TcpListener,
    stop: Stop,
) -> Result<(), String> {
    tokio::spawn(worker::run(house.clone()));
    axum::serve(listener, server::service(house))
        .with_graceful_shutdown(stop.told())
        .await
        .map_err(|e| e.to_string())
}

/// Ctrl-C, SIGTERM, or the terminal that was closed: heard from the moment on at which it is made.
#[derive(Clone)]
struct Stop(tokio::sync::watch::Receiver<bool>);

impl Stop {
    fn heard() -> Result<Stop, String> {
        use tokio::signal::unix::{SignalKind, signal};
        let hear = |kind| signal(kind).map_err(|e| e.to_string());
        let mut interrupt = hear(SignalKind::interrupt())?;
        let mut terminate = hear(SignalKind::terminate())?;
        let mut hangup = hear(SignalKind::hangup())?;
        let (tell, told) = tokio::sync::watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            let _ = tell.send(true);
        });
        Ok(Stop(told))
    }

    async fn told(mut self) {
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

/// What an operator says of a node.
/// Which programme is run, and from whose data.
#[derive(clap::Args)]
pub struct DataOptions {
    /// The programme in force, by the id of its data file
    #[arg(long)]
    programme: Option<String>,
    /// A folder of data files of one's own, looked at before the built-in ones (programmes/*.toml,
    /// prices.toml, holidays.csv, …)
    #[arg(long)]
    data_files: Option<PathBuf>,
}

impl DataOptions {
    fn load(&self) -> Result<Masters, String> {
        Masters::load_from(Source { folder: self.data_files.as_deref() }, self.programme.as_deref())
    }
}

#[derive(clap::Args)]
pub struct ServeOptions {
    /// sqlite:PATH or postgres://user@host/name
    #[arg(long)]
    database: String,
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    #[command(flatten)]
    data: DataOptions,
    /// What stands before every path in mails, such as https://vsys.example.jp
    #[arg(long)]
    base_url: Option<String>,
    /// smtps://user:password@host:port, smtp://host:port?tls=required, or smtp://host:port for a
    /// relay on this machine; also from the environment as VSYS_SMTP; without it mail waits in the
    /// outbox
    #[arg(long)]
    smtp: Option<String>,
    /// PEM file of a private authority that signed the mail server's certificate
    #[arg(long)]
    smtp_authority: Option<PathBuf>,
    /// Sender of mails
    #[arg(long, default_value = "vsys@localhost.localdomain")]
    mail_from: String,
    /// Where answers to mails are read; without it each mail says that nobody reads answers, and
    /// where to ask
    #[arg(long)]
    mail_reply_to: Option<String>,
    /// PEM file with the private key that signs mails (DKIM, RSA or Ed25519); or the key itself in
    /// the environment as VSYS_DKIM_KEY
    #[arg(long)]
    dkim_key: Option<PathBuf>,
    /// The key's name in DNS: SELECTOR._domainkey.DOMAIN
    #[arg(long, default_value = "vsys")]
    dkim_selector: String,
    /// Requests a minute from one address
    #[arg(long, default_value = "3000")]
    limit_address: NonZeroU32,
    /// Requests a minute under one account
    #[arg(long, default_value = "1200")]
    limit_account: NonZeroU32,
    /// Proxies of ours in front: so many addresses of X-Forwarded-For, from the right, are believed
    #[arg(long, default_value = "0")]
    proxies: usize,
    /// Where Prometheus reads /metrics; never the public address
    #[arg(long)]
    metrics_listen: Option<String>,
    /// Milliseconds from which a statement is logged as slow
    #[arg(long, default_value = "250")]
    slow_ms: u64,
    #[arg(long, value_enum, default_value = "text")]
    log: LogFormat,
    /// Where spans of requests go by OpenTelemetry, such as http://127.0.0.1:4318/v1/traces
    #[cfg(feature = "otel")]
    #[arg(long)]
    otlp: Option<String>,
}

fn courier(url: &str, options: &ServeOptions) -> Result<Courier, String> {
    let mut courier = Courier::smtp(url, &options.mail_from, options.smtp_authority.as_deref())?;
    if let Some(site) = &options.base_url {
        courier = courier.for_site(site);
    }
    if let Some(address) = &options.mail_reply_to {
        courier = courier.answered_at(address)?;
    }
    let key = match &options.dkim_key {
        Some(file) => {
            Some(std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?)
        }
        None => std::env::var("VSYS_DKIM_KEY").ok(),
    };
    if let Some(key) = key {
        courier = courier.signed(&key, &options.dkim_selector)?;
        if let Some((name, value)) = courier.dns_record() {
            eprintln!("vsys: mails are signed; DNS must hold {name} TXT \"{value}\"");
        }
    }
    Ok(courier)
}

pub fn serve(options: ServeOptions) -> Result<(), String> {
    #[cfg(feature = "otel")]
    let _spans = traced_logging(options.log, options.otlp.as_deref())?;
    #[cfg(not(feature = "otel"))]
    logging(options.log);
    measure::set_slow_statement(options.slow_ms);
    let database = options.database.as_str();
    let masters = options.data.load()?;
    let db = open(database)?;
    let pending = migrations::pending(&db).map_err(|e| e.to_string())?;
    if !pending.is_empty() {
        return Err(format!(
            "the database is behind this version; run vsys migrate --database {database}"
        ));
    }
    let personas: Vec<String> =
        demo_world::cast().personas.iter().map(|p| p.mail.clone()).collect();
    for mail in personas {
        let found = db
            .write_blocking(move |tx: &mut Tx<'_>| work::account::by_mail(tx, &mail))
            .map_err(|e| e.to_string())?;
        if found.is_some() {
            return Err(
                "this database holds the demo's personas, whose password everybody knows; a production server doesn't start on it".into()
            );
        }
    }
    let smtp = options
        .smtp
        .clone()
        .or_else(|| std::env::var("VSYS_SMTP").ok().filter(|url| !url.is_empty()));
    let courier = match &smtp {
        Some(url) => courier(url, &options)?,
        None => Courier::Nowhere,
    };
    runtime()?.block_on(async move {
        let listen = options.listen.as_str();
        let listener =
            tokio::net::TcpListener::bind(listen).await.map_err(|e| format!("{listen}: {e}"))?;
        if let Some(listen) = options.metrics_listen {
            metrics(&listen, db.clone()).await?;
        }
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let base_url = options.base_url.unwrap_or_else(|| format!("http://{address}"));
        crate::say(&format!("vsys: {base_url}/ (listening on {address})"));
        let settings = Settings {
            mode: Mode::Production,
            base_url,
            address_limit: options.limit_address,
            account_limit: options.limit_account,
            proxies: options.proxies,
        };
        run(
            House::new(db, Clock::machine(), masters, courier, settings, vsys::ROOMS),
            listener,
            Stop::heard()?,
        )
        .await
    })
}

/// Serves `/metrics` for Prometheus on an address of its own.
async fn metrics(listen: &str, db: Db) -> Result<(), String> {
    let collected = measure::collect()?;
    let listener =
        tokio::net::TcpListener::bind(listen).await.map_err(|e| format!("{listen}: {e}"))?;
    let scrape = move || {
        let (collected, db) = (collected.clone(), db.clone());
        async move {
            let waiting = db.read(work::support::gauges).await;
            measure::gauge("vsys_database_up", f64::from(u8::from(waiting.is_ok())));
            for (name, n) in waiting.unwrap_or_default() {
                measure::gauge(name, n as f64);
            }
            collected.render()
        }
    };
    let router = axum::Router::new().route("/metrics", axum::routing::get(scrape));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

pub fn migrate(database: &str) -> Result<(), String> {
    let db = open(database)?;
    let applied = migrations::migrate(&db, Clock::machine().now()).map_err(|e| e.to_string())?;
    crate::say(&json!({"applied": applied}).to_string());
    Ok(())
}

#[derive(Subcommand)]
pub enum SeedCommand {
    /// A nation of venues with plausible names, nobody real; the same for the same number every
    /// time
    National {
        /// An empty database
        #[arg(long)]
        database: String,
        #[arg(long, default_value_t = 70_000)]
        venues: u32,
        #[command(flatten)]
        data: DataOptions,
    },
}

pub fn seed(what: SeedCommand) -> Result<(), String> {
    let SeedCommand::National { database, venues, data } = what;
    let (db, masters) = (open(&database)?, data.load()?);
    migrations::migrate(&db, Clock::machine().now()).map_err(|e| e.to_string())?;
    let known = db.write_blocking(work::venue::count).map_err(|e| e.to_string())?;
    if known > 0 {
        return Err(format!(
            "{database} holds {known} venues already; a nation is planted in an empty database"
        ));
    }
    let watch = measure::Watch::begins();
    demo_world::national::plant(&db, &masters, venues).map_err(|e| format!("{e:?}"))?;
    crate::say(&json!({"venues": venues, "seconds": watch.elapsed().as_secs_f64()}).to_string());
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
            db.write_blocking(work::support::unsent_mails).map_err(|e| e.to_string())?
        } else {
            0
        };
        report["database"] = json!({"engine": format!("{:?}", db.engine).to_lowercase(), "pending_migrations": pending, "mails_waiting": waiting});
    }
    crate::say(&report.to_string());
    Ok(())
}

/// The file of an embedded database; a PostgreSQL is backed up by its own tools
/// (docs/operations.md).
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
    if let Err(why) = verify_journal(database, None) {
        let _ = std::fs::remove_file(&to);
        return Err(format!("the backup's journal doesn't verify: {why}"));
    }
    Ok(())
}

/// The ZIP as `/mhlw/export` and `/venues/{venue}/export` give it, for a country of any size;
/// prints the key that signed it.
pub fn export(database: &str, out: &Path, venue: Option<&str>) -> Result<(), String> {
    if out.exists() {
        return Err(format!("{} exists already", out.display()));
    }
    let db = open(database)?;
    let now = Clock::machine().now();
    let code = venue.map(str::to_string);
    let (bytes, key) = db
        .write_blocking(move |tx: &mut Tx<'_>| {
            let found = match &code {
                Some(code) => work::venue::named(tx, code)?,
                None => None,
            };
            let what = match (&code, &found) {
                (None, _) => json!({"nation": true}),
                (Some(code), Some((_, name))) => json!({"venue": code, "name": name}),
                (Some(_), None) => return Ok((None, String::new())),
            };
            let bytes = pages::export::pack::pack(
                tx,
                &what,
                found.as_ref().map(|(id, _)| id.as_str()),
                now,
            )?;
            Ok::<_, Failure>((Some(bytes), platform::signing::key(tx, now)?.public))
        })
        .map_err(|e| e.to_string())?;
    let bytes = bytes
        .ok_or_else(|| format!("there is no venue with the code {}", venue.unwrap_or_default()))?;
    std::fs::write(out, &bytes).map_err(|e| format!("{}: {e}", out.display()))?;
    crate::say(&json!({"export": out, "bytes": bytes.len(), "key": key}).to_string());
    Ok(())
}

pub fn verify_export(file: &Path, key: &str) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let manifest = pages::export::pack::check(&bytes, key)?;
    crate::say(
        &json!({"verified": file, "of": manifest["of"], "exported_at": manifest["exported_at"], "rows": manifest["rows"]}).to_string(),
    );
    Ok(())
}

/// Verifies chains and seals. `anchor` is `NUMBER=HASH` of a seal that was kept elsewhere.
pub fn verify_journal(database: &str, anchor: Option<&str>) -> Result<(), String> {
    let anchor = anchor
        .map(|text| {
            let (number, hash) =
                text.split_once('=').ok_or_else(|| format!("{text} is not NUMBER=HASH"))?;
            Ok::<_, String>((
                number.parse::<i64>().map_err(|_| format!("{number} is not a seal's number"))?,
                hash.to_string(),
            ))
        })
        .transpose()?;
    let db = open(database)?;
    let verdict = db
        .write_blocking(move |tx: &mut Tx<'_>| {
            seal::verify(tx, anchor.as_ref().map(|(n, h)| (*n, h.as_str())))
        })
        .map_err(|e| e.to_string())?;
    if !verdict.faults.is_empty() {
        let named: Vec<String> = verdict
            .faults
            .iter()
            .take(20)
            .map(|f| format!("{} {} row {}: {}", f.record_kind, f.record_id, f.number, f.what))
            .collect();
        return Err(format!(
            "{} faults in {} rows: {}",
            verdict.faults.len(),
            verdict.rows,
            named.join("; ")
        ));
    }
    let last = verdict.last_seal.map(|(number, hash)| format!("{number}={hash}"));
    crate::say(
        &json!({"rows": verdict.rows, "faults": 0, "seals": verdict.seals, "unsealed": verdict.unsealed, "last_seal": last}).to_string(),
    );
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
        /// organizer, institution, national, prefecture, municipality, wholesaler, federation,
        /// support or auditor
        #[arg(long)]
        role: String,
        /// kind=id, such as municipality=131032, venue=v-…, wholesaler=w-tokyo; nation=jp for the
        /// ministry
        #[arg(long)]
        scope: String,
        /// reviewer, allocator, approver, master_editor, administrator; comma separated
        #[arg(long, default_value = "")]
        permissions: String,
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        base_url: String,
    },
    /// Ends every membership of a person; the ID can't sign in any more
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
            let mail = rules::input::mail("--mail", &mail).map_err(|e| e.sentence())?;
            let name = rules::input::person("--name", &name).map_err(|e| e.sentence())?;
            let db = open(&database)?;
            let role = Role::from_key(&role).ok_or_else(|| format!("{role} is not a role"))?;
            let (kind, id) = scope
                .split_once('=')
                .and_then(|(k, i)| Some((Scope::from_key(k)?, i.to_string())))
                .ok_or_else(|| format!("{scope} is not kind=id"))?;
            if let Some(bad) = permissions
                .split(',')
                .filter(|p| !p.is_empty())
                .find(|p| Permission::from_key(p).is_none())
            {
                return Err(format!("{bad} is not a permission"));
            }
            let link = db
                .write_blocking(move |tx: &mut Tx<'_>| {
                    // The membership waits on the account that the invitation will make;
                    // permissions are granted with it.
                    let account = match work::account::by_mail(tx, &mail)? {
                        Some(account) => account,
                        None => work::account::create(tx, now, &mail, &name, None)?,
                    };
                    let membership =
                        Grant { permissions: &permissions, ..Grant::of(role, kind, &id) };
                    work::account::grant(tx, now, &account, &membership)?;
                    let token = work::account::invite(tx, now, &mail, &name, &membership, None)?;
                    let link = mails::account::activation(&base_url, &token);
                    let (scope, name) = ((kind.key().into(), id.clone()), (&name).into());
                    let mail = mails::Envelope::to(&mail);
                    let told = mails::account::FirstSignIn { scope, name, token };
                    work::post::send(tx, now, &base_url, mail, told)?;
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
                    let Some(account) = work::account::by_mail(tx, &wanted)? else {
                        return Ok(None);
                    };
                    let ended = work::account::disable(tx, now, &account)?;
                    Ok::<_, Failure>(Some(ended))
                })
                .map_err(|e| e.to_string())?
                .ok_or_else(|| format!("there is no account for {mail}"))?;
            crate::say(&json!({"ended_memberships": ended}).to_string());
        }
    }
    Ok(())
}
