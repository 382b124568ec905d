//! Columns joined from pieces, promoted to a wider type where the pieces together outgrow theirs.

use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};

use crate::{Error, ErrorKind, Result};

/// The pieces, one after the other.
pub(crate) fn concat(pieces: &[ArrayRef]) -> Result<ArrayRef> {
    promoting(pieces, |pieces| arrow_select::concat::concat(pieces))
}

/// One value for each of `picks`: a piece and a row in it.
pub(crate) fn interleave(pieces: &[ArrayRef], picks: &[(usize, usize)]) -> Result<ArrayRef> {
    promoting(pieces, |pieces| arrow_select::interleave::interleave(pieces, picks))
}

/// Text offsets and dictionary keys of a narrow type can be enough for each piece and too small for all of them.
fn promoting(pieces: &[ArrayRef], join: impl Fn(&[&dyn Array]) -> Result<ArrayRef, ArrowError>) -> Result<ArrayRef> {
    let all = |pieces: &[ArrayRef]| join(&pieces.iter().map(|piece| piece.as_ref()).collect::<Vec<_>>());
    let error = match (all(pieces), pieces.first()) {
        (Ok(joined), _) => return Ok(joined),
        (Err(error), Some(first)) => match wider(first.data_type()) {
            Some(wide) => {
                let widened = pieces.iter().map(|piece| cast(piece, &wide)).collect::<Result<Vec<_>, _>>();
                match widened.and_then(|pieces| all(&pieces)) {
                    Ok(joined) => return Ok(joined),
                    Err(error) => error,
                }
            }
            None => error,
        },
        (Err(error), None) => error,
    };
    Err(Error::new(ErrorKind::LimitExceeded, "the pieces of a column cannot be joined into one").caused_by(error))
}

fn wider(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Utf8 => Some(DataType::LargeUtf8),
        DataType::Binary => Some(DataType::LargeBinary),
        DataType::Dictionary(_, values) => {
            let values = wider(values).unwrap_or_else(|| values.as_ref().clone());
            Some(DataType::Dictionary(Box::new(DataType::Int64), Box::new(values)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int8Type;
    use arrow_array::{DictionaryArray, StringArray};

    use super::*;
    use crate::table::{Column, Value};

    #[test]
    fn dictionaries_that_outgrow_their_keys_are_promoted() {
        let piece = |start: usize| -> ArrayRef {
            Arc::new(
                (start..start + 100)
                    .map(|i| Some(format!("v{i}")))
                    .collect::<Vec<_>>()
                    .iter()
                    .map(Option::as_deref)
                    .collect::<DictionaryArray<Int8Type>>(),
            )
        };
        let joined = Column::new("c", concat(&[piece(0), piece(100)]).unwrap());
        assert_eq!(joined.len(), 200);
        assert!(joined.value(199) == Value::Text("v199".into()));
        assert_eq!(joined.data_type().to_string(), "Dictionary(Int64, LargeUtf8)");
    }

    #[test]
    fn pieces_of_one_type_keep_it() {
        let piece: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
        assert_eq!(concat(&[piece.clone(), piece.clone()]).unwrap().data_type(), &DataType::Utf8);
        assert_eq!(interleave(&[piece.clone(), piece], &[(1, 0), (0, 1)]).unwrap().len(), 2);
    }
}
