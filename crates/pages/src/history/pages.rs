//! Addresses in words: which page or paper somebody opened, as the page itself is called.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Beginnings of addresses (`*` is whatever stands there) and the page's name. The longest that
/// fits is it.
const PAGES: &[(&str, &str)] = &[
    ("", "はじめのページ"),
    (".well-known", "書き出したデータの検査"),
    ("accessibility", "アクセシビリティ"),
    ("account", "アカウント"),
    ("activate", "はじめてのログイン"),
    ("admin/changes", "マスタの変更"),
    ("admin/masters", "マスタ"),
    ("api/v1/openapi.json", "API"),
    ("api/v1/shipments", "納入予定"),
    ("api/v1/venues", "接種会場"),
    ("api/v1/venues/*/claims", "請求"),
    ("api/v1/venues/*/deliveries", "納入"),
    ("api/v1/venues/*/immunizations", "個人単位の記録"),
    ("api/v1/venues/*/plan", "計画"),
    ("api/v1/venues/*/results", "接種実績"),
    ("applications", "申込"),
    ("assistant", "質問する"),
    ("audit", "記録をさがす"),
    ("bookings", "接種の予約"),
    ("calendar", "受付カレンダー"),
    ("calendar.ics", "受付カレンダー"),
    ("demo", "デモの操作"),
    ("feeds", "受付カレンダー"),
    ("find", "接種会場をさがす"),
    ("help", "ヘルプ"),
    ("home", "やること"),
    ("inquiries", "問い合わせ"),
    ("kokuho/bills", "届いた請求"),
    ("letters", "委任状"),
    ("login", "ログイン"),
    ("logout", "ログアウト"),
    ("masters", "基準となる値"),
    ("members", "メンバーの管理"),
    ("mhlw", "国の業務"),
    ("mhlw/allocations", "分配"),
    ("mhlw/announcements", "お知らせの掲載"),
    ("mhlw/applications", "申込の確認"),
    ("mhlw/dashboard", "ダッシュボード"),
    ("mhlw/export", "全国のデータの書き出し"),
    ("mhlw/lots", "ロット"),
    ("mhlw/periods", "登録期間とクール"),
    ("mhlw/plans", "計画の確認"),
    ("mhlw/stock", "在庫とロット"),
    ("mhlw/venues", "接種会場"),
    ("municipal", "市町村の業務"),
    ("municipal/bills", "届いた請求"),
    ("municipal/entry", "代行入力"),
    ("municipal/letters", "委任状"),
    ("municipal/settings", "市町村の設定"),
    ("municipal/stock", "在庫とロット"),
    ("municipal/venues", "接種会場"),
    ("notifications", "お知らせ"),
    ("open-data", "オープンデータ"),
    ("prefecture", "都道府県の業務"),
    ("prefecture/applications", "申込の事前確認"),
    ("prefecture/plans", "計画の事前確認"),
    ("prefecture/stock", "在庫とロット"),
    ("prefecture/venues", "接種会場"),
    ("privacy", "プライバシー"),
    ("receipts", "受付番号"),
    ("reports", "レポート"),
    ("reset", "パスワードを忘れたとき"),
    ("results", "接種実績"),
    ("schemas", "API"),
    ("status", "公開ダッシュボード"),
    ("support", "サービスデスク"),
    ("support/inquiries", "問い合わせ"),
    ("support/jobs", "自動の処理"),
    ("support/mails", "届いていないメール"),
    ("support/people", "利用者の画面を見る"),
    ("support/questions", "質問と、見つからなかったもの"),
    ("switch", "立場を選ぶ"),
    ("system-status", "稼働状況"),
    ("unsubscribe", "メールの停止"),
    ("v", "接種会場をさがす"),
    ("venues/*", "接種会場"),
    ("venues/*/allocations", "分配量の確認"),
    ("venues/*/availability", "予約の受付情報"),
    ("venues/*/billing", "請求"),
    ("venues/*/billing/account", "振込先の口座"),
    ("venues/*/billing/account.pdf", "振込先の口座"),
    ("venues/*/bookings", "予約枠と予約"),
    ("venues/*/close", "職域追加接種完了登録"),
    ("venues/*/contacts", "担当者"),
    ("venues/*/deliveries", "納入"),
    ("venues/*/deliveries.ics", "納入"),
    ("venues/*/doctors", "接種担当医師"),
    ("venues/*/documents", "書類"),
    ("venues/*/export", "書き出し・連携"),
    ("venues/*/history", "履歴"),
    ("venues/*/letter", "委任状"),
    ("venues/*/notes", "メモ・添付ファイル"),
    ("venues/*/persons", "個人単位の記録"),
    ("venues/*/plan", "計画"),
    ("venues/*/proxy", "市町村による代行入力"),
    ("venues/*/results", "接種実績"),
    ("venues/*/stock", "在庫とロット"),
    ("venues/*/tokens", "自社システムとの連携（API）"),
    ("venues/*/transfers", "融通"),
    ("venues/*/wish", "ワクチン希望量の報告"),
    ("verify", "委任状の真正性の確認"),
    ("verify-export", "書き出したデータの検査"),
    ("wholesale", "納入予定"),
    ("wholesale/calendar", "納入カレンダー"),
    ("wholesale/import", "納入予定の取り込み"),
    ("wholesale/labels.pdf", "宛名ラベル"),
    ("wholesale/notes.pdf", "納品書"),
    ("wholesale/shipments", "納入予定"),
    ("wholesale/tokens", "自社システムとの連携（API）"),
];

/// What files are called by their ending.
const ENDINGS: [(&str, &str); 6] = [
    (".xlsx", "Excel"),
    (".csv", "CSV"),
    (".pdf", "PDF"),
    (".zip", "ZIP"),
    (".json", "JSON"),
    (".ics", "iCalendar"),
];

/// The segments of an address, without what stands before a page that support looks at.
pub fn segments(path: &str) -> Vec<&str> {
    let path = path.split('?').next().unwrap_or_default();
    let all: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    match all.as_slice() {
        ["as", _, rest @ ..] => rest.to_vec(),
        _ => all,
    }
}

/// A page's segments and its name.
type Named = (Vec<&'static str>, &'static str);

/// The pages by the first segment of their addresses: a list of a thousand readings asks for each.
static BY_FIRST: LazyLock<BTreeMap<&str, Vec<Named>>> = LazyLock::new(|| {
    let mut pages: BTreeMap<&str, Vec<Named>> = BTreeMap::new();
    for (pattern, name) in PAGES {
        let wanted: Vec<&str> = pattern.split('/').filter(|s| !s.is_empty()).collect();
        let first = wanted.first().copied().unwrap_or_default();
        pages.entry(first).or_default().push((wanted, name));
    }
    pages
});

/// Whether an address begins with these segments.
fn begins(path: &[&str], wanted: &[&str]) -> bool {
    wanted.len() <= path.len() && wanted.iter().zip(path).all(|(w, p)| *w == "*" || w == p)
}

/// The longest beginning that fits: its segments and the page's name. Nothing but the front page
/// has the empty beginning.
fn longest(path: &[&str]) -> Option<(usize, &'static str)> {
    let first = path.first().copied().unwrap_or_default();
    let fitting = BY_FIRST.get(first)?.iter().filter(|(wanted, _)| begins(path, wanted));
    fitting.map(|(wanted, name)| (wanted.len(), *name)).max_by_key(|(length, _)| *length)
}

/// The page's name; none for an address that the product doesn't have. `/mhlw/venues.xlsx` is the
/// list of `/mhlw/venues`.
pub fn name(path: &str) -> Option<&'static str> {
    let path = segments(path);
    let whole = longest(&path);
    let stem = path.split_last().and_then(|(last, before)| {
        let (stem, _) = last.rsplit_once('.')?;
        longest(&before.iter().copied().chain([stem]).collect::<Vec<_>>())
    });
    whole.into_iter().chain(stem).max_by_key(|(length, _)| *length).map(|(_, name)| name)
}

/// `Excel`, `PDF`: what kind of file an address gives, where it gives one.
pub fn ending(path: &str) -> Option<&'static str> {
    ENDINGS.iter().find(|(end, _)| path.ends_with(end)).map(|(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_called_what_it_is_and_a_list_by_its_page() {
        for (path, is, file) in [
            ("/venues/v-0123456789ab", "接種会場", None),
            ("/venues/v-0123456789ab/contacts/c-0123456789ab", "担当者", None),
            ("/as/p-0123456789ab/venues/v-0123456789ab/billing/2022-02", "請求", None),
            ("/venues/v-0123456789ab/billing/account.pdf", "振込先の口座", Some("PDF")),
            ("/mhlw/venues.xlsx", "接種会場", Some("Excel")),
            ("/mhlw/plans/v-0123456789ab?queue=x", "計画の確認", None),
            ("/venues/v-0123456789ab/bookings/2022-03-14/list.csv", "予約枠と予約", Some("CSV")),
            ("/", "はじめのページ", None),
        ] {
            assert_eq!((name(path), ending(path)), (Some(is), file), "{path}");
        }
    }
}
