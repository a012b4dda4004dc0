//! Sentences of [`rules::application`].

use rules::application::{Fault, Finding, Found, Refusal, commas, grouped};
use rules::input::InputFault;

use crate::Sentence;

impl Sentence for Fault {
    fn sentence(&self) -> String {
        match self {
            Fault::Input(fault) => fault.sentence(),
            Fault::Code { label, fault } => format!("{label}は{fault}", fault = fault.sentence()),
            Fault::NineDigits { label, restored, prefecture } => format!(
                "{label}は10桁の数字で入力してください（入力は9桁です）。\
                 先頭の0が消えた{restored}（{prefecture}）であれば、0から入力してください"
            ),
            Fault::CodeBeside(contradiction) => contradiction.sentence(),
            Fault::Namesakes { raw, candidates } => {
                format!("「{raw}」は複数あります。都道府県から入力してください（{candidates}）")
            }
            Fault::UnknownPlace { raw } => format!(
                "「{raw}」という市区町村は見つかりません。都道府県から入力するか、\
                 6桁の団体コードで入力してください"
            ),
        }
    }
}

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::Unfinished(items) => format!(
                "入力内容に{}件の確認が必要な項目があります。直してから申し込んでください。",
                grouped(items)
            ),
            Refusal::NoComment => {
                "要再申込にするには、少なくとも1つの項目にコメントを書いてください。".into()
            }
            Refusal::WrongState(state) => {
                format!("この申込は「{state}」のため、この操作はできません。")
            }
            Refusal::Code(fault) => format!(
                "医療機関等コードは{fault}。要再申込にして、もう一度入力してもらってください。",
                fault = fault.sentence()
            ),
            Refusal::CodeOfAnother(code) => format!(
                "コード{code}の会場はすでに登録されています。申込者に、\
                 そのコードの会場として申し込み直してもらってください。"
            ),
        }
    }
}

impl Sentence for Finding {
    fn sentence(&self) -> String {
        let label = || label(self.field).to_string();
        match &self.what {
            Found::Empty => InputFault::Empty(label()).sentence(),
            Found::NotChosen => InputFault::NotChosen(label()).sentence(),
            Found::StartOutside { min, max } => {
                InputFault::DateRange { label: label(), min: *min, max: *max }.sentence()
            }
            Found::UnderMinimum { minimum, cycle } => format!(
                "1会場の最低人数は{}人です（第{cycle}クールから開始する場合）。\
                 下回るときは厚生労働省が個別に確認します。",
                commas(*minimum)
            ),
            Found::MoreThanPersons { doses, persons } => format!(
                "接種予定回数{}回は、接種予定人数{}人を上回っています。追加接種は1人1回です。",
                commas(*doses),
                commas(*persons)
            ),
            Found::NoDoses => "接種予定回数は1以上の数で入力してください".into(),
            Found::NowhereToKeep => "冷凍庫が0台で、貸与の希望もありません。\
                 ワクチンを保管できないため、どちらかを見直してください。"
                .into(),
            Found::UnlikelyCode(fault) => format!(
                "医療機関等コードの{}。介護保険事業所番号などであれば、このままで申し込めます。",
                fault.sentence()
            ),
            Found::Code(fault) => {
                Fault::Code { label: "医療機関等コード".into(), fault: fault.clone() }.sentence()
            }
            Found::TitleInName => {
                "契約代表者の氏名に役職が入っています。氏名だけを入力してください。".into()
            }
            Found::NotYetNamed => {
                format!("{}が未記入です。計画の登録までに登録してください。", label())
            }
        }
    }
}

/// The title of a section of the application, by its key.
pub fn title(section: &str) -> &'static str {
    match section {
        "organization" => "企業・大学等",
        "venue" => "接種会場",
        "institution" => "医療機関とコード",
        "schedule" => "予定（人数・回数・開始日）",
        "storage" => "保管（冷凍庫）",
        "managers" => "責任者",
        "contacts" => "担当者",
        "letter" => "委任状",
        _ => "",
    }
}

/// How a field of the application is called, by its key.
pub fn label(field: &str) -> &'static str {
    match field {
        "organization_name" => "企業・大学等の名称",
        "organization_address" => "所在地",
        "lead_organization" => "代表企業の名称",
        "venue_name" => "接種会場の名称",
        "venue_postal" => "郵便番号",
        "venue_municipality" => "市区町村",
        "venue_address" => "町名・番地・建物",
        "venue_phone" => "会場の電話番号",
        "institution_name" => "医療機関の名称",
        "institution_code" => "医療機関等コード（10桁）",
        "institution_address" => "医療機関の所在地",
        "representative_title" => "契約代表者の役職",
        "representative_name" => "契約代表者の氏名",
        "institution_phone" => "医療機関の電話番号",
        "expected_persons" => "接種予定人数",
        "expected_doses" => "接種予定回数",
        "planned_start" => "接種開始予定日",
        "freezers_lent" => "厚生労働省から貸与されている冷凍庫",
        "freezers_owned" => "所有している冷凍庫（DF）",
        "freezer_wanted" => "冷凍庫の貸与を希望しますか",
        "refused_weekdays" => "受け取れない曜日",
        "vaccination_manager_name" => "ワクチン接種責任者の氏名",
        "vaccination_manager_phone" => "ワクチン接種責任者の電話番号",
        "storage_manager_name" => "ワクチン保管管理責任者の氏名",
        "storage_manager_phone" => "ワクチン保管管理責任者の電話番号",
        "needle_manager_name" => "針・シリンジ保管管理責任者の氏名",
        "needle_manager_phone" => "針・シリンジ保管管理責任者の電話番号",
        "holiday_contact_name" => "保管等に関する土日・祝日の連絡先の氏名",
        "holiday_contact_phone" => "保管等に関する土日・祝日の連絡先の電話番号",
        "organization_contact_department" => "企業・大学の担当者1 部署名",
        "organization_contact_name" => "企業・大学の担当者1 氏名",
        "organization_contact_phone" => "企業・大学の担当者1 電話番号",
        "organization_contact_mail" => "企業・大学の担当者1 メールアドレス",
        "institution_contact_department" => "医療機関担当者 部署名",
        "institution_contact_name" => "医療機関担当者 氏名",
        "institution_contact_phone" => "医療機関担当者 電話番号",
        "institution_contact_mail" => "医療機関担当者 メールアドレス",
        "letter_needed" => "この申込のために委任状の提出が必要ですか",
        _ => "",
    }
}

/// What stands below the title of a section of the application, by its key.
pub fn lead(section: &str) -> &'static str {
    match section {
        "organization" => "接種を実施する企業・大学等についてお答えください。",
        "venue" => "1つの申込は1つの会場です。会場の所在地で、委任状の提出先が決まります。",
        "institution" => {
            "接種を行う医療機関についてお答えください。10桁のコードがない会場には、確認のときに新しいコードを付けます。"
        }
        "schedule" => "この会場で接種する予定についてお答えください。",
        "storage" => {
            "ワクチンは−20℃で保管します。台数は、貸与と所有を分けて正確に入力してください。"
        }
        "managers" => {
            "決まっていない人は、空のままで申し込めます。計画の登録までに決めてください。"
        }
        "contacts" => {
            "確認のお知らせと、はじめてログインするためのリンクは、ここに入力したメールアドレスに届きます。"
        }
        "letter" => "集合契約に加わるための委任状です。すでに提出している医療機関は不要です。",
        _ => "",
    }
}

/// What helps to fill in a field of the application, by its key; empty where its label says it.
pub fn hint(field: &str) -> &'static str {
    match field {
        "organization_name" => "法人の種類も入れて、登記のとおりに入力してください。",
        "organization_address" | "institution_address" => "都道府県から入力してください。",
        "lead_organization" => "複数の企業が合同で実施する場合だけ入力してください。",
        "venue_name" => "例：本社ビル3階 接種会場",
        "venue_postal" => "ハイフンはあってもなくてもかまいません。",
        "venue_municipality" => "例：東京都港区。市区町村名か6桁の団体コードで入力できます。",
        "venue_address" => "市区町村の後を入力してください。",
        "venue_phone" => "納入の連絡に使います。",
        "institution_code" => {
            "保険医療機関コードか介護保険事業所番号。ない場合は空のままにしてください。"
        }
        "representative_title" => "例：院長",
        "representative_name" => "役職は入れずに、氏名だけを入力してください。",
        "institution_phone" => "請求書に印字されます。",
        "expected_persons" => "この会場で接種する人数の見込みです。",
        "expected_doses" => "追加接種は1人1回です。",
        "planned_start" => "例：2022年3月14日",
        "freezers_lent" | "freezers_owned" => "なければ0と入力してください。",
        "refused_weekdays" => "例：土日祝。ない場合は空のままにしてください。",
        "letter_needed" => "過去に同じ医療機関・会場で提出していれば「いいえ」を選んでください。",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use rules::application::SECTIONS;

    use super::*;

    #[test]
    fn every_section_and_field_is_named_and_no_hint_is_of_an_unknown_field() {
        assert!(SECTIONS.iter().all(|s| !lead(s.key).is_empty() && !title(s.key).is_empty()));
        let fields: Vec<&str> = SECTIONS.iter().flat_map(|s| s.fields).map(|f| f.key).collect();
        assert_eq!(fields.iter().find(|key| label(key).is_empty()), None);
        let own = include_str!("application.rs").split("fn hint(").nth(1).unwrap();
        let arms = own.split("_ =>").next().unwrap().lines().filter(|l| l.contains("=> \""));
        for key in arms.flat_map(|arm| arm.split("=>").next().unwrap().split('|')) {
            let key = key.trim().trim_matches('"');
            assert!(fields.contains(&key), "{key}");
        }
    }
}
