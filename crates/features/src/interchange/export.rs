//! Everything that a venue or the nation has, as one ZIP of JSON files with sums and a signature. It can be verified without this system, and read after it.

use std::io::{Cursor, Write};
use std::sync::Arc;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::journal::{self, Entry};
use platform::value::Record;
use platform::{args, secrets, signing, sql};
use rules::access::Act;
use rules::time;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use web::page::{Answer, Typed};
use web::visit::{Request, Trouble, Visit, guard};
use web::{Done, House};

/// Tables of a venue, each with the statement that reads its rows.
fn of_venue() -> [(&'static str, &'static str); 24] {
    [
        ("venue", sql!("select * from venue where id = $1")),
        (
            "application",
            sql!(
                "select a.*
                   from application a
                   join venue v on v.application_id = a.id
                  where v.id = $1"
            ),
        ),
        ("contact", sql!("select * from contact where venue_id = $1 order by id")),
        ("doctor", sql!("select * from doctor where venue_id = $1 order by id")),
        ("letter", sql!("select * from letter where venue_id = $1 order by number")),
        (
            "contract_period",
            sql!("select * from contract_period where venue_id = $1 order by from_day, id"),
        ),
        (
            "plan_registration",
            sql!("select * from plan_registration where venue_id = $1 order by number"),
        ),
        ("plan_line", sql!("select * from plan_line where venue_id = $1 order by number, cycle")),
        ("plan_draft", sql!("select * from plan_draft where venue_id = $1")),
        ("allocation", sql!("select * from allocation where venue_id = $1 order by cycle")),
        ("shipment", sql!("select * from shipment where venue_id = $1 order by cycle")),
        ("result_entry", sql!("select * from result_entry where venue_id = $1 order by id")),
        ("person_record", sql!("select * from person_record where venue_id = $1 order by day, id")),
        ("stock_entry", sql!("select * from stock_entry where venue_id = $1 order by id")),
        (
            "transfer",
            sql!("select * from transfer where from_venue = $1 or to_venue = $1 order by number"),
        ),
        ("claim", sql!("select * from claim where venue_id = $1 order by service_month")),
        (
            "claim_part",
            sql!(
                "select * from claim_part where venue_id = $1 order by service_month, destination"
            ),
        ),
        ("venue_account", sql!("select * from venue_account where venue_id = $1")),
        ("venue_public", sql!("select * from venue_public where venue_id = $1")),
        ("slot", sql!("select * from slot where venue_id = $1 order by day, begins")),
        (
            "booking",
            sql!(
                "select number, slot_id, name, reading, mail, phone, made_at, cancelled_at
                   from booking
                  where venue_id = $1
                  order by made_at, number"
            ),
        ),
        ("completion", sql!("select * from completion where venue_id = $1")),
        ("venue_note", sql!("select * from venue_note where venue_id = $1 order by at, id")),
        (
            "journal",
            sql!(
                "select *
                   from journal
                  where record_kind = 'venue'
                    and record_id = $1
                  order by number"
            ),
        ),
    ]
}

/// Tables of the nation; people's passwords, factors, sessions and keys stay inside.
fn of_nation() -> [(&'static str, &'static str); 31] {
    [
        (
            "account",
            sql!("select id, mail, name, created_at, disabled_at from account order by id"),
        ),
        ("membership", sql!("select * from membership order by id")),
        ("venue", sql!("select * from venue order by id")),
        ("application", sql!("select * from application order by id")),
        ("contact", sql!("select * from contact order by id")),
        ("doctor", sql!("select * from doctor order by id")),
        ("letter", sql!("select * from letter order by number")),
        ("contract_period", sql!("select * from contract_period order by venue_id, from_day, id")),
        ("plan_registration", sql!("select * from plan_registration order by venue_id, number")),
        ("plan_line", sql!("select * from plan_line order by venue_id, number, cycle")),
        ("allocation_run", sql!("select * from allocation_run order by id")),
        ("allocation", sql!("select * from allocation order by venue_id, cycle")),
        ("shipment", sql!("select * from shipment order by id")),
        ("result_entry", sql!("select * from result_entry order by id")),
        ("person_record", sql!("select * from person_record order by id")),
        ("lot", sql!("select * from lot order by product, number")),
        ("stock_entry", sql!("select * from stock_entry order by id")),
        ("transfer", sql!("select * from transfer order by number")),
        ("claim", sql!("select * from claim order by venue_id, service_month")),
        ("claim_part", sql!("select * from claim_part order by claim_id, destination")),
        ("venue_public", sql!("select * from venue_public order by venue_id")),
        ("municipality_setting", sql!("select * from municipality_setting order by municipality")),
        ("slot", sql!("select * from slot order by id")),
        ("completion", sql!("select * from completion order by venue_id")),
        ("venue_note", sql!("select * from venue_note order by id")),
        (
            "inquiry",
            sql!(
                "select number, venue_id, category, detail, status, made_at, due_at, changed_at
                   from inquiry
                  order by number"
            ),
        ),
        ("announcement", sql!("select * from announcement order by id")),
        ("master_change", sql!("select * from master_change order by number, id")),
        ("remark", sql!("select * from remark order by id")),
        ("journal", sql!("select * from journal order by record_kind, record_id, number")),
        ("seal", sql!("select * from seal order by number")),
    ]
}

/// What a table holds, in the words of the pages.
const WORDS: [(&str, &str); 34] = [
    ("venue", "接種会場"),
    ("application", "申込"),
    ("contact", "担当者"),
    ("doctor", "接種担当医師"),
    ("letter", "委任状"),
    ("contract_period", "契約に加わった期間"),
    ("plan_registration", "計画の登録"),
    ("plan_line", "クールごとの計画"),
    ("plan_draft", "計画の下書き"),
    ("allocation_run", "分配の試算と確定"),
    ("allocation", "分配量"),
    ("shipment", "納入"),
    ("result_entry", "接種実績と廃棄"),
    ("person_record", "個人単位の記録"),
    ("lot", "ロット"),
    ("stock_entry", "在庫の台帳"),
    ("transfer", "融通"),
    ("claim", "請求"),
    ("claim_part", "提出先ごとの請求"),
    ("venue_account", "振込先の口座"),
    ("venue_public", "公開している情報"),
    ("municipality_setting", "市区町村の設定"),
    ("slot", "予約枠"),
    ("booking", "接種予約"),
    ("completion", "接種完了の登録"),
    ("venue_note", "引き継ぎメモ"),
    ("inquiry", "問い合わせ"),
    ("announcement", "お知らせ"),
    ("master_change", "マスタの変更"),
    ("remark", "確認のコメント"),
    ("journal", "履歴"),
    ("seal", "履歴の封印"),
    ("account", "アカウント"),
    ("membership", "立場と権限"),
];

/// A table as the page lists it: its words, and the file that it is in the ZIP.
fn said(name: &str) -> Value {
    let label = WORDS.iter().find(|(known, _)| *known == name).map_or(name, |(_, label)| *label);
    json!({"label": label, "file": format!("{name}.json")})
}

const README: &str = "vsys export\n\nOne JSON file a table: an array of rows, columns by their names in the database; instants in UTC, dates and yen as they are.\nmanifest.json   what this is an export of, when, how many rows each file has, and the public key\nSHA256SUMS      sums of all files but itself and its signature: sha256sum -c SHA256SUMS\nSHA256SUMS.sig  Ed25519 signature over SHA256SUMS, hexadecimal\n\nVerify with: vsys verify-export FILE.zip --key PUBLIC_KEY\nor with the key from /.well-known/vsys-signing-keys.json and any Ed25519 tool.\n";

/// The ZIP, written from one consistent picture of the database.
pub fn pack(
    tx: &mut Tx<'_>,
    what: &Value,
    venue: Option<&str>,
    now: Timestamp,
) -> Result<Vec<u8>, Failure> {
    let broken = |e: &dyn std::fmt::Display| Failure::Broken(e.to_string());
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut rows_of = serde_json::Map::new();
    let mut add = |tx: &mut Tx<'_>, name: &str, sql: &'static str| -> Result<(), Failure> {
        let rows: Vec<Record> = match venue {
            Some(venue) => tx.all(sql, args![venue])?,
            None => tx.all(sql, args![])?,
        };
        rows_of.insert(name.to_string(), json!(rows.len()));
        let all: Vec<Value> = rows.into_iter().map(|r| Value::Object(r.0)).collect();
        files.push((format!("{name}.json"), serde_json::to_vec(&all).map_err(|e| broken(&e))?));
        Ok(())
    };
    if venue.is_some() {
        for (name, sql) in of_venue() {
            add(tx, name, sql)?;
        }
    } else {
        for (name, sql) in of_nation() {
            add(tx, name, sql)?;
        }
    }
    let key = signing::key(tx, now)?;
    let manifest = json!({"format": "vsys-export-1", "of": what, "exported_at": time::rfc3339(now), "rows": rows_of, "key": {"id": key.id, "public": key.public}, "version": env!("CARGO_PKG_VERSION")});
    files.push((
        "manifest.json".into(),
        serde_json::to_vec_pretty(&manifest).map_err(|e| broken(&e))?,
    ));
    files.push(("README.txt".into(), README.as_bytes().to_vec()));
    let sums: String = files
        .iter()
        .map(|(name, bytes)| format!("{}  {name}\n", secrets::digest_of(bytes)))
        .collect();
    let signature = key.sign(sums.as_bytes());
    files.push(("SHA256SUMS".into(), sums.into_bytes()));
    files.push(("SHA256SUMS.sig".into(), signature.into_bytes()));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).map_err(|e| broken(&e))?;
        zip.write_all(&bytes).map_err(|e| broken(&e))?;
    }
    Ok(zip.finish().map_err(|e| broken(&e))?.into_inner())
}

/// Whether an export is whole and signed by this key; the manifest, or what is wrong.
///
/// # Errors
/// One sentence.
pub fn check(bytes: &[u8], public: &str) -> Result<Value, String> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| "ZIPファイルとして読めません。".to_string())?;
    let broken = |name: &str| format!("{name} が壊れていて、読めません。");
    let mut read = |name: &str| -> Result<Vec<u8>, String> {
        let mut found = Vec::new();
        let entry = zip.by_name(name).map_err(|_| format!("{name} がありません。"))?;
        let whole = entry.take(500 * 1024 * 1024).read_to_end(&mut found);
        whole.map_err(|_| broken(name))?;
        Ok(found)
    };
    let sums = read("SHA256SUMS")?;
    let signature =
        String::from_utf8(read("SHA256SUMS.sig")?).map_err(|_| broken("SHA256SUMS.sig"))?;
    if !signing::is_good(public, &sums, &signature) {
        return Err(
            "署名が合いません。この鍵で署名されたものではないか、書き換えられています。".into()
        );
    }
    for line in String::from_utf8_lossy(&sums).lines() {
        let (sum, name) = line.split_once("  ").ok_or("SHA256SUMS が読めません。")?;
        if secrets::digest_of(&read(name)?) != sum {
            return Err(format!("{name} が書き換えられています。"));
        }
    }
    serde_json::from_slice(&read("manifest.json")?).map_err(|_| broken("manifest.json"))
}

pub fn venue_page(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let tables: Vec<Value> = of_venue().iter().map(|(name, _)| said(name)).collect();
    visit.page("interchange/export.html", typed, json!({"h1": "書き出し・連携", "tab": "export", "tables": tables, "action": format!("/venues/{}/export", venue.id), "venue_page": true, "may_token": visit.may(Act::UseVenueApi)}))
}

/// A larger country is exported by the operator: `vsys export`.
const MOST_VENUES: i64 = 2000;

pub fn nation_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venues,): (i64,) = tx.one(sql!("select count(*) from venue"), args![])?;
    let tables: Vec<Value> = of_nation().iter().map(|(name, _)| said(name)).collect();
    visit.page("interchange/export.html", typed, json!({"h1": "全国のデータの書き出し", "tables": tables, "action": "/mhlw/export", "venue_page": false, "too_large": venues > MOST_VENUES}))
}

async fn packed(house: Arc<House>, request: Arc<Request>, act: Act) -> Result<Answer, Trouble> {
    let (owned, now) = (house.clone(), house.now());
    let (name, bytes) = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned, &request, act, now)?;
            let (what, venue, name) = match &visit.venue {
                Some(v) => (json!({"venue": v.code, "name": v.name}), Some(v.id.clone()), format!("vsys-{}.zip", v.code)),
                None => {
                    let (venues,): (i64,) = tx.one(sql!("select count(*) from venue"), args![])?;
                    if venues > MOST_VENUES {
                        return Err(Trouble::at(
                            "",
                            "会場が多いため、画面からは書き出せません。運用の担当者が vsys export で書き出します。",
                        ));
                    }
                    (json!({"nation": true}), None, "vsys-nation.zip".to_string())
                }
            };
            let record = venue.clone().map_or(("nation".to_string(), "jp".to_string()), |v| ("venue".into(), v));
            let entry = Entry {
                record: (&record.0, &record.1),
                act: if venue.is_some() { "export.venue" } else { "export.nation" },
                before: Value::Null,
                after: json!({"what": what}),
                reason: None,
            };
            journal::write(tx, &visit.actor(), now, entry)?;
            Ok::<_, Trouble>((name, pack(tx, &what, venue.as_deref(), now)?))
        })
        .await?;
    Ok(Answer::File { name, mime: "application/zip", bytes, inline: false })
}

pub async fn venue(house: Arc<House>, request: Arc<Request>) -> Result<Answer, Trouble> {
    packed(house, request, Act::ExportVenue).await
}

pub async fn nation(house: Arc<House>, request: Arc<Request>) -> Result<Answer, Trouble> {
    packed(house, request, Act::ExportNation).await
}

pub fn keys(_: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let keys: Vec<Value> = signing::published(tx)?
        .into_iter()
        .map(|(id, public)| json!({"id": id, "kty": "OKP", "crv": "Ed25519", "public_hex": public}))
        .collect();
    Ok(Answer::File {
        name: "keys.json".into(),
        mime: "application/json; charset=utf-8",
        bytes: json!({"keys": keys}).to_string().into_bytes(),
        inline: true,
    })
}

pub fn verify_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let keys: Vec<Value> = signing::published(tx)?
        .into_iter()
        .map(|(id, public)| json!({"id": id, "public": public}))
        .collect();
    visit.page(
        "interchange/verify.html",
        typed,
        json!({"h1": "書き出したデータの検査", "plain_h1": true, "keys": keys, "good": visit.query("good")}),
    )
}

/// Sums and signature as they stand in the two small files: the data itself doesn't have to be sent.
pub fn verify(_: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let sums = form.get("sums").replace("\r\n", "\n");
    let sums = format!("{}\n", sums.trim_end());
    let good = signing::published(tx)?
        .into_iter()
        .any(|(_, public)| signing::is_good(&public, sums.as_bytes(), form.get("signature")));
    if good {
        Ok(Done::to("/verify-export?good=yes"))
    } else {
        Err(Trouble::at(
            "signature",
            "署名が合いません。SHA256SUMS と SHA256SUMS.sig の内容を、そのまま貼り付けてください",
        ))
    }
}
