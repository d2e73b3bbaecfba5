//! A line as typed, and every other text of a line: no text stops the readers or the search.
#![no_main]

use dangerous_goods::catalogue::Class;
use dangerous_goods::{Catalogue, Line, LineSpec, Quantity, RowId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = text.parse::<LineSpec>().map(|spec| Line::from(spec).validate());
    if let Ok(quantity) = text.parse::<Quantity>() {
        assert_eq!(quantity.to_string().parse(), Ok(quantity));
    }
    let _ = (text.parse::<Class>(), text.parse::<RowId>());
    let _ = Catalogue::embedded().search(text, 5);
});
