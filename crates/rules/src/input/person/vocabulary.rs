//! Words that stand in fields for names and are none, and what tells one person's name from two.

/// Where nobody's name is known, or somebody is named by what they do. Without blanks, in lower
/// case.
pub(super) const NOBODY: &str = "\
    未定 不明 未記入 未入力 未確定 未確認 未登録 未設定 未選任 未選定 記入なし なし 無し 無 ナシ 該当なし 該当者なし 空欄 \
    不在 同前 同じ 同一 同一人 同一人物 上記 上記と同じ 前と同じ 前回と同じ 前月と同じ 左記 別紙 別添 別途 後日 \
    後日連絡 後日決定 追って連絡 保留 調整 検討 予定 要確認 要調整 空き 欠員 担当医 担当医師 担当者 担当 医師 医者 看護師 \
    保健師 薬剤師 産業医 嘱託医 嘱託医師 当番 当番医 当番医師 当直 当直医 交代 交代制 交替 交替制 輪番 輪番制 日替わり \
    日替り シフト シフト制 ローテーション 複数 複数名 複数人 複数医師 複数の医師 多数 全員 各医師 各自 各位 両名 数名 数人 \
    常勤 常勤医 常勤医師 非常勤 非常勤医 非常勤医師 代診 代診医 派遣医 派遣医師 応援医師 外部医師 病院の医師 医療機関の医師 \
    接種医 接種医師 問診医 予診医 責任者 管理者 代表者 担当者名 窓口 受付 事務 事務局 事務長 事務員 院長 副院長 理事長 社長 \
    所長 園長 校長 総務 総務部 総務課 人事 人事部 人事課 健康管理室 医務室 保健室 氏名 名前 お名前 医師名 医師氏名 担当医名 \
    ご記入ください 入力してください 記入してください 匿名 本人 自分 同上の者 様 殿 先生 御中 例 記入例 入力例 見本 サンプル \
    ダミー テスト てすと テスト入力 テストデータ sample dummy test testtest tbd tba tbc n/a \
    na. none unknown noname anonymous doctor physician nurse staff \
    various several any x xx xxx";
/// Endings of a field that says that nobody is known yet.
pub(super) const OPEN: [&str; 14] = [
    "調整中",
    "検討中",
    "確認中",
    "選定中",
    "手配中",
    "募集中",
    "交渉中",
    "依頼中",
    "未定",
    "参照",
    "のとおり",
    "の通り",
    "未確定",
    "と同じ",
];
/// What somebody does, beside their name: no second person.
pub(super) const ROLES: &str = "\
    医師 医者 看護師 保健師 薬剤師 産業医 嘱託医 担当医 担当医師 担当 担当者 責任者 管理者 代表 代表者 院長 副院長 理事長 \
    理事 院長代理 部長 次長 課長 係長 主任 室長 所長 社長 副社長 会長 専務 常務 取締役 代表取締役 総務 人事 事務 事務局 \
    事務長 総務部 総務課 人事部 人事課 内科 外科 小児科 整形外科 皮膚科 眼科 耳鼻科 産婦人科 麻酔科 救急科 呼吸器科 \
    呼吸器内科 循環器科 循環器内科 消化器内科 総合内科 教授 准教授 講師 助教 博士 先生 様 殿 氏 午前 午後 md m.d. \
    phd ph.d. mr mrs ms dr jr sr";
/// Endings of what isn't a name: an institution, a department, an office.
pub(super) const OFFICES: [&str; 39] = [
    "科",
    "院",
    "医",
    "師",
    "室",
    "課",
    "係",
    "社",
    "所",
    "局",
    "団",
    "店",
    "校",
    "園",
    "棟",
    "長",
    "会",
    "部",
    "区",
    "市",
    "町",
    "村",
    "県",
    "都",
    "府",
    "役",
    "員",
    "者",
    "担当",
    "代表",
    "教授",
    "法人",
    "組合",
    "大学",
    "センター",
    "クリニック",
    "ビル",
    "会場",
    "グループ",
];
/// Behind a name.
pub(super) const HONORIFICS: [&str; 9] =
    ["先生", "医師", "さん", "様", "氏", "殿", "看護師", "医", "dr"];
/// Before somebody who stands in for another.
pub(super) const DEPUTIES: [&str; 14] = [
    "代理", "代診", "代", "代行", "代替", "交代", "交替", "副", "補助", "補佐", "応援", "控え",
    "予備", "助手",
];
/// Between two people.
pub(super) const JOINING: [&str; 11] = [
    "及び",
    "および",
    "並びに",
    "ならびに",
    "又は",
    "または",
    "或いは",
    "あるいは",
    "若しくは",
    "もしくは",
    "或は",
];
/// From one person to another.
pub(super) const CHANGED: [&str; 8] =
    ["に変更", "へ変更", "に交代", "へ交代", "に交替", "へ交替", "に代わり", "の代わり"];
/// With what given names end.
pub(super) const GIVEN_ENDS: &str = "郎子男夫雄美介助江代恵香奈平彦也哉太吾樹輔朗";
/// Family names of four letters and more.
pub(super) const LONG: &str = "\
    勅使河原 武者小路 長宗我部 長曽我部 小比類巻 勘解由小路 左衛門三郎 一尺八寸 四月一日 八月一日 四月朔日 八月朔日 東四柳 \
    小鳥遊 十二神島 上沼田 五百旗頭 万里小路 綾小路 釈迦牟尼仏 正親町三条 猿渡川原 七五三掛 十二月田 下鳥養 大豆生田 上別府川 \
    波多江野";
/// Family names that many people have; some are given names too (望月, 吉野, 千葉).
pub(super) const FAMILIES: &str = "\
    佐藤 鈴木 高橋 髙橋 田中 伊藤 渡辺 渡邊 渡邉 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 齋藤 \
    斉藤 齊藤 清水 山崎 山﨑 阿部 池田 橋本 山下 石川 中島 中嶋 前田 藤田 後藤 小川 岡田 村上 長谷川 近藤 石井 坂本 \
    遠藤 藤井 青木 福田 三浦 西村 藤原 太田 松田 原田 岡本 中川 中野 小野 田村 竹内 中山 和田 石田 工藤 上田 森田 原口 \
    柴田 酒井 横山 宮崎 宮﨑 宮本 内田 高木 谷口 安藤 丸山 今井 大野 高田 河野 藤本 小島 村田 武田 上野 杉山 増田 平野 \
    菅原 小山 久保 大塚 千葉 松井 岩崎 木下 野口 松尾 菊地 菊池 野村 新井 佐野 渡部 古川 杉本 吉川 大西 川口 服部 中田 \
    飯田 五十嵐 川崎 小松 本田 久保田 平田 水野 辻本 山内 樋口 西田 永井 島田 荒木 石原 内藤 川上 大島 高野 松岡 浜田 \
    濱田 岩田 福島 矢野 熊谷 白石 川村 望月 西川 中西 早川 吉村 岡崎 尾崎 荒井 小池 大橋 山中 松下 須藤 馬場 大久保 \
    坂口 上原 黒田 永田 成田 吉岡 大石 関口 浅野 星野 内山 三宅 広瀬 福井 藤岡 河合 本間 宮田 大森 石橋 吉野 松村 岡部 \
    長谷部 磯部 矢部 園部 浅井 片山 小沢 小澤 大沢 大澤 児玉 栗原 多田 萩原 大川 伊東 大谷 野田 西山 榎本 中井 小田 \
    堀内 石塚 安田 松原 土屋 桜井 櫻井 小野寺 小山田 小野田 田所 別所 会田 相沢 與謝野 与謝野 三ツ矢 野々村 及川 江良 \
    新良 乙黒 和戸";
/// Those of them that are nobody's given name.
pub(super) const NEVER_GIVEN: &str = "\
    佐藤 鈴木 高橋 髙橋 田中 伊藤 渡辺 渡邊 渡邉 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 齋藤 \
    斉藤 齊藤 山崎 山﨑 阿部 池田 橋本 山下 前田 藤田 後藤 岡田 村上 長谷川 近藤 石井 坂本 遠藤 藤井 西村 太田 原田 \
    岡本 中川 田村 竹内 石田 工藤 上田 森田 柴田 酒井 横山 宮崎 宮﨑 宮本 内田 谷口 安藤 藤本 村田 武田 杉山 増田 \
    久保 大塚 松井 岩崎 木下 野口 菊地 菊池 野村 佐野 渡部 杉本 大西 川口 服部 飯田 五十嵐 川崎 久保田 山内 樋口 \
    西田 島田 荒木 石原 内藤 川上 岡崎 尾崎 荒井 中西 須藤 馬場 大久保 坂口 黒田 成田 関口 広瀬 藤岡 河合 石橋 松村 \
    小沢 小澤 大沢 大澤 栗原 萩原 伊東 大谷 野田 西山 榎本 堀内 石塚 土屋 小野寺";
/// Family names of one letter; two of them with a dot between are two people's.
pub(super) const SHORT: &str = "\
    林 森 原 岡 関 辻 堀 星 谷 東 西 南 北 島 菅 柳 榊 澤 沢 浜 畑 秦 桂 栗 杉 橘 泉 平 桑 牧 楠 角 境 堺";
/// Behind a number of people.
pub(super) const BEHIND_COUNTS: [&str; 7] =
    ["体制", "程度", "予定", "以上", "ずつ", "交代", "交代制"];
/// Before a number of people who aren't named.
pub(super) const OTHERS: [&str; 3] = ["他", "外", "ほか"];
/// Before a number in Chinese figures; 三名 alone is a family name.
pub(super) const STAFF: [&str; 4] = ["医師", "看護師", "計", "合計"];
pub(super) const NUMERALS: &str = "一二三四五六七八九十";
/// Behind a name: others as well.
pub(super) const AND_OTHERS: [&str; 7] =
    ["他", "その他", "ほか多数", "ほか", "など", "他多数", "他各位"];
/// The same, or a letter of the name.
pub(super) const PERHAPS_OTHERS: [&str; 3] = ["外", "等", "ら"];
/// Who is there when: two of them are two people's.
pub(super) const TURNS: [(&str, &str); 7] = [
    ("午前", "午後"),
    ("(am)", "(pm)"),
    ("am:", "pm:"),
    ("(正)", "(副)"),
    ("(主)", "(副)"),
    ("正:", "副:"),
    ("主:", "副:"),
];
/// Behind a family name they are no given name.
pub(super) const HARDLY_A_NAME: [&str; 2] = ["他", "ら"];
