//! Everything that a venue or the nation has, as one ZIP of JSON files with sums and a signature.
//! It can be verified without this system, and read after it.

use std::io::{Cursor, Write};
use std::sync::Arc;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::{secrets, signing};
use rules::access::Act;
use rules::time;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use web::page::{Answer, Typed};
use web::visit::{Request, Trouble, Visit, guard};
use web::{Done, House};
use work::exports::{Event, Exported, NationEvent, Table, What, of_nation, of_venue};

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
    let mut add = |tx: &mut Tx<'_>, table: &Table| -> Result<(), Failure> {
        let all = table.rows(tx, venue)?;
        rows_of.insert(table.name.to_string(), json!(all.len()));
        let file = serde_json::to_vec(&all).map_err(|e| broken(&e))?;
        files.push((format!("{}.json", table.name), file));
        Ok(())
    };
    if venue.is_some() {
        for table in of_venue() {
            add(tx, &table)?;
        }
    } else {
        for table in of_nation() {
            add(tx, &table)?;
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
    let tables: Vec<Value> = of_venue().iter().map(|t| said(t.name)).collect();
    visit.page("export/export.html", typed, json!({"h1": "書き出し・連携", "tab": "export", "tables": tables, "action": format!("/venues/{}/export", venue.id), "venue_page": true, "may_token": visit.may(Act::UseVenueApi)}))
}

/// A larger country is exported by the operator: `vsys export`.
const MOST_VENUES: i64 = 2000;

pub fn nation_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venues = work::venue::count(tx)?;
    let tables: Vec<Value> = of_nation().iter().map(|t| said(t.name)).collect();
    visit.page("export/export.html", typed, json!({"h1": "全国のデータの書き出し", "tables": tables, "action": "/mhlw/export", "venue_page": false, "too_large": venues > MOST_VENUES}))
}

async fn packed(house: Arc<House>, request: Arc<Request>, act: Act) -> Result<Answer, Trouble> {
    let (owned, now) = (house.clone(), house.now());
    let (name, bytes) = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned, &request, act, now)?;
            let (what, venue, name) = match &visit.venue {
                Some(v) => (
                    What::Venue { venue: v.code.clone(), name: v.name.clone() },
                    Some(v.id.clone()),
                    format!("vsys-{}.zip", v.code),
                ),
                None => {
                    let venues = work::venue::count(tx)?;
                    if venues > MOST_VENUES {
                        return Err(Trouble::at(
                            "",
                            "会場が多いため、画面からは書き出せません。運用の担当者が vsys export で書き出します。",
                        ));
                    }
                    (What::Nation { nation: true }, None, "vsys-nation.zip".to_string())
                }
            };
            let (by, after) = (visit.caller(), Exported { what: what.clone() });
            match &venue {
                Some(venue) => by.journal(tx, venue, &Event::Exported { after }, None)?,
                None => by.journal(tx, "jp", &NationEvent::Exported { after }, None)?,
            }
            Ok::<_, Trouble>((name, pack(tx, &json!(what), venue.as_deref(), now)?))
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
        "export/verify.html",
        typed,
        json!({"h1": "書き出したデータの検査", "plain_h1": true, "keys": keys, "good": visit.query("good")}),
    )
}

/// Sums and signature as they stand in the two small files: the data itself doesn't have to be
/// sent.
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
