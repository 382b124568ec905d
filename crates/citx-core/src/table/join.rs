//! Columns joined from pieces, promoted to a wider type where the pieces together outgrow theirs.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, LargeStringArray, UInt32Array, make_array};
use arrow_cast::cast;
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DataType};
use arrow_select::take::take;

use crate::{Error, ErrorKind, Result};

/// The pieces, one after the other. Dictionaries of texts are joined into one that has each text once.
pub(crate) fn concat(pieces: &[ArrayRef]) -> Result<ArrayRef> {
    if let Some(joined) = dictionaries(pieces).map_err(failure)? {
        return Ok(joined);
    }
    promoting(pieces, |pieces| arrow_select::concat::concat(pieces))
}

/// `None` where the pieces are not dictionaries of texts. Arrow's own way of joining those repeats texts, and then wants wider keys.
fn dictionaries(pieces: &[ArrayRef]) -> Result<Option<ArrayRef>, ArrowError> {
    let Some((key_type, text_type)) = pieces.first().and_then(|piece| texts_by_key(piece.data_type())) else { return Ok(None) };
    let mut known: HashMap<String, u32> = HashMap::new();
    let mut last: Option<(ArrayData, UInt32Array)> = None;
    let mut keys: Vec<ArrayRef> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Some(dictionary) = piece.as_any_dictionary_opt() else { return Ok(None) };
        let values = dictionary.values().to_data();
        let places = match last.take() {
            Some((before, places)) if before.ptr_eq(&values) => places,
            _ => {
                let texts = cast(dictionary.values(), &DataType::LargeUtf8)?;
                let mut place = |text: &str| {
                    let next = known.len() as u32;
                    known.get(text).copied().unwrap_or_else(|| *known.entry(text.to_owned()).or_insert(next))
                };
                texts.as_string::<i64>().iter().map(|text| text.map(&mut place)).collect()
            }
        };
        keys.push(take(&places, dictionary.keys(), None)?);
        last = Some((values, places));
    }
    let keys = arrow_select::concat::concat(&keys.iter().map(|keys| keys.as_ref()).collect::<Vec<_>>())?;
    let mut texts = vec![""; known.len()];
    known.iter().for_each(|(text, place)| texts[*place as usize] = text);
    let texts: ArrayRef = Arc::new(LargeStringArray::from_iter_values(texts));
    let texts = cast(&texts, &text_type).unwrap_or(texts);
    let key_type = roomy(key_type, texts.len());
    let data_type = DataType::Dictionary(Box::new(key_type.clone()), Box::new(texts.data_type().clone()));
    let data = cast(&keys, &key_type)?.to_data().into_builder().data_type(data_type).add_child_data(texts.to_data()).build()?;
    Ok(Some(make_array(data)))
}

/// The types of a text dictionary's keys and texts.
fn texts_by_key(data_type: &DataType) -> Option<(DataType, DataType)> {
    match data_type {
        DataType::Dictionary(keys, texts) if matches!(**texts, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => {
            Some((keys.as_ref().clone(), texts.as_ref().clone()))
        }
        _ => None,
    }
}

/// This type of keys, or the narrowest that has one for each of so many values.
fn roomy(key_type: DataType, values: usize) -> DataType {
    let keys = match &key_type {
        DataType::Int8 => 1 << 7,
        DataType::UInt8 => 1 << 8,
        DataType::Int16 => 1 << 15,
        DataType::UInt16 => 1 << 16,
        _ => usize::MAX,
    };
    match values {
        values if values <= keys => key_type,
        values if values <= 1 << 15 => DataType::Int16,
        _ => DataType::Int32,
    }
}

fn failure(error: ArrowError) -> Error {
    Error::new(ErrorKind::LimitExceeded, "the pieces of a column cannot be joined into one").caused_by(error)
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
    Err(failure(error))
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

    fn dictionary(texts: &[Option<&str>]) -> ArrayRef {
        Arc::new(texts.iter().copied().collect::<DictionaryArray<Int8Type>>())
    }

    fn values(array: ArrayRef) -> Vec<Value> {
        Column::new("c", array).values().collect()
    }

    #[test]
    fn dictionaries_that_outgrow_their_keys_are_promoted() {
        let texts: Vec<String> = (0..200).map(|i| format!("v{i}")).collect();
        let piece = |from: usize| dictionary(&texts[from..from + 100].iter().map(|text| Some(text.as_str())).collect::<Vec<_>>());
        let joined = Column::new("c", concat(&[piece(0), piece(100)]).unwrap());
        assert_eq!(joined.len(), 200);
        assert!(joined.value(199) == Value::Text("v199".into()));
        assert_eq!(joined.data_type().to_string(), "Dictionary(Int16, Utf8)");
    }

    #[test]
    fn dictionaries_are_joined_text_by_text() {
        let words = ["a", "ä", "", "b"];
        let pieces: Vec<ArrayRef> = (0..200).map(|piece| dictionary(&[Some(words[piece % 4]), None, Some(words[piece / 4 % 4])])).collect();
        let joined = concat(&pieces).unwrap();
        let one = joined.as_any_dictionary();
        assert_eq!(one.values().len(), 4);
        assert_eq!(joined.data_type().to_string(), "Dictionary(Int8, Utf8)");
        assert_eq!(values(joined.clone()), pieces.iter().cloned().flat_map(values).collect::<Vec<_>>());
        let none = dictionary(&[None, None]).slice(0, 1);
        assert_eq!(values(concat(&[none.clone(), joined.slice(3, 2), none]).unwrap())[1], Value::Text("ä".into()));
    }

    #[test]
    fn nulls_among_the_texts_of_a_dictionary_stay_nulls() {
        let keys = arrow_array::Int8Array::from(vec![Some(1), Some(0), None]);
        let piece: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::new(StringArray::from(vec![Some("a"), None]))));
        assert_eq!(values(concat(&[piece.clone(), piece.clone()]).unwrap()), [values(piece.clone()), values(piece)].concat());
    }

    #[test]
    fn pieces_of_one_type_keep_it() {
        let piece: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
        assert_eq!(concat(&[piece.clone(), piece.clone()]).unwrap().data_type(), &DataType::Utf8);
        assert_eq!(interleave(&[piece.clone(), piece], &[(1, 0), (0, 1)]).unwrap().len(), 2);
    }
}
