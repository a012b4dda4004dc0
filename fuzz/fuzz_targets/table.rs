//! A text file as a table, in the encoding it seems to have and in each that a person may choose:
//! never a panic; what is read has no more than was sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::reading::{Encoding, MOST_COLUMNS, Table, paste, read, read_in};

fn sound(data: &[u8], table: &Table) {
    assert!(table.rows.iter().all(|row| row.len() <= MOST_COLUMNS));
    assert!(
        table.rows.iter().filter(|row| !row.is_empty()).count() <= table.lines_in.max(data.len())
    );
    assert!(
        table
            .rows
            .iter()
            .flat_map(|row| row.iter())
            .all(|cell| !cell.contains('\0') && rules::input::clean(cell) == cell)
    );
    assert!(
        table.faults.iter().all(|fault| fault.row >= 1
            && fault.column >= 1
            && fault.row <= table.rows.len().max(1))
    );
}

fuzz_target!(|data: &[u8]| {
    if let Ok(table) = read(data) {
        sound(data, &table);
    }
    for encoding in Encoding::ALL {
        if let Ok(table) = read_in(data, encoding) {
            sound(data, &table);
        }
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(table) = paste(text)
    {
        sound(data, &table);
    }
});
