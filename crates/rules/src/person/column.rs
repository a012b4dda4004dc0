//! What the columns of person-level records are called, in tables and in what is said of them.

pub const MAKER: &str = "メーカー";
pub const LOT: &str = "ロット番号";
pub const DOCTOR: &str = "医師名";
/// A shot, or a screening without one.
pub const KIND: &str = "区分";
pub const BAND: &str = "時間帯";
pub const AGE: &str = "年齢区分";
/// 18 digits: kind, dose, municipality, number.
pub const NUMBER: &str = "券番号";
