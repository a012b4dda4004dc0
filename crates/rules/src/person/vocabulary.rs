//! Words beside a record that say that no shot was given, or below which a yes or a no says it.

/// Words that say it in any column, wherever in the cell; without blanks, in lower case.
pub(super) const SAID: &str = "\
    キャンセル 取消 取り消し 取りやめ 取り止め 取止め とりやめ 取下げ 取り下げ 撤回 欠席 欠勤 病欠 中止 中断 断念 見合わせ \
    見合せ 見送 延期 順延 リスケ 日程変更 予約変更 別日に 別日へ 別日接種 別の日に 次回に 次回へ 繰越 繰り越し 後日接種 保留 \
    辞退 拒否 拒絶 お断り 断られ 断った 不同意 同意なし 同意せず 同意しな 同意書なし 希望せず 希望しな 希望なし 不希望 未接種 \
    未打 未実施 未来場 未来院 未来所 未受診 未済 未完了 非接種 不接種 無接種 接種せず 接種なし 接種無し 接種しな 接種しませ \
    接種できず 接種できな 接種できませ 接種出来ず 接種出来な 接種してな 接種していな 接種していませ 接種しておら 接種を受けず \
    接種を受けな 接種は受けていな 接種不可 接種不適 接種失敗 接種見合 打たず 打たな 打てず 打てな 打ってな 打っていな 打っていませ \
    打ちませ 受けず 受けていな 受けな 行わず 実施せず 実施なし 実施しな 来場せず 来場なし 来場しな 来院せず 来院なし 来院しな \
    来所せず 来所なし 参加せず 来ず 来なかった 来ませ 来られず 来られな 来れず 来れな 不在 不参加 連絡つかず 連絡がつか \
    連絡とれず 連絡取れず 無断 ドタキャン 禁忌 不適当 予約のみ 予約だけ 受付のみ 問診のみ 登録のみ 別会場 他会場 別の会場 \
    他の会場 他所で 他院で 別の病院で 他の病院で 別の医療機関 他の医療機関 他医療機関 自治体で 自治体会場 市町村で 市の会場 \
    区の会場 大規模接種 集団接種会場 かかりつけで接種 かかりつけ医で接種 他で接種 別で接種 地元で接種 職域外で 二重 2重 重複 \
    ダブり だぶり ダブって 誤登録 誤入力 誤記 入力誤り 入力ミス 入力間違 登録間違 登録ミス 間違って 間違えて 打ち間違 削除 \
    消去 消して 取り除 無視して 読み飛ば 無効 架空 テスト行 テストデータ テスト入力 テスト用 テスト登録 テスト送信 入力テスト \
    登録テスト 動作確認 動作テスト 試し入力 お試し 練習 記入例 入力例 記載例 見本 サンプル ダミー 例示 対象外 対象でな \
    対象ではな 非対象 除外 cancel cxl noshow no-show notvaccinated unvaccinated \
    notgiven refused declined absent postponed duplicate sample dummy \
    testdata testrow";
/// Words that say it where they are all that stands there.
pub(super) const WHOLE: &str = "\
    否 不可 欠 未 不適 延 休 休み お休み 休暇 年休 有休 病休 早退 帰宅 発熱 高熱 熱発 発熱のため 体調不良 体調不良のため \
    体調悪い 体調が悪い 風邪 死亡 逝去 退職 退職済 要確認 確認中 後日 次回 別日 別院 他院 却下 失敗 済んでいない 取止 \
    キャンセル待ち テスト てすと 例 例1 test testing example n/s";
/// What may have come before a shot or after it.
pub(super) const UNWELL: &str =
    "体調不良 体調が悪 体調悪 気分不良 発熱で 発熱のため 発熱により 熱があ 高熱 帰宅 早退 帰った";
/// Words that say that it came after a shot, or of another one.
pub(super) const AFTER: &str = "\
    接種後 接種の後 打った後 打ったあと 待機 経過観察 観察 副反応 副作用 接種済 翌日 過去 前回 以前 既往 1回目 2回目 \
    1・2回 初回 接種完了 接種した 接種しました";
/// Words for an earlier shot: where it was given says nothing of this one.
pub(super) const EARLIER: &str = "1回目 2回目 1・2回 1,2回 12回目 初回 前回 過去";
/// Words for another place.
pub(super) const ELSEWHERE: &str = "\
    別会場 他会場 別の会場 他の会場 他所で 他院で 別の病院で 他の病院で 別の医療機関 他の医療機関 他医療機関 自治体で 自治体会場 \
    市町村で 市の会場 区の会場 大規模接種 集団接種会場 地元で接種 職域外で";
/// Behind such a word, that it isn't so.
pub(super) const NOT: [&str; 9] = [
    "なし",
    "無し",
    "ナシ",
    "はなし",
    "無",
    "はありません",
    "ではない",
    "ではありません",
    "の場合",
];
/// Titles below which a yes says it.
pub(super) const NEGATIVE: [&str; 12] = [
    "キャンセル",
    "取消",
    "取り消し",
    "欠席",
    "中止",
    "見合わせ",
    "見合せ",
    "見送",
    "延期",
    "辞退",
    "未接種",
    "不可",
];
/// Titles below which a no says it.
pub(super) const AFFIRMATIVE: [&str; 15] = [
    "可否",
    "有無",
    "来場",
    "来院",
    "判定",
    "状況",
    "状態",
    "ステータス",
    "出欠",
    "出席",
    "受診",
    "参加",
    "回目",
    "適否",
    "済",
];
/// Titles of columns for whatever somebody has to say.
pub(super) const REMARKS: [&str; 14] = [
    "備考",
    "メモ",
    "摘要",
    "コメント",
    "注記",
    "特記",
    "連絡事項",
    "注意",
    "状況",
    "状態",
    "ステータス",
    "remark",
    "note",
    "comment",
];
