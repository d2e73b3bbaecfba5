//! A text as a QR code, for an app with a camera to read: as a picture, and as text for a terminal.

use png::{BitDepth, ColorType, Encoder};
use qrcode::render::unicode::Dense1x2;
use qrcode::{Color, EcLevel, QrCode};
use zeroize::Zeroizing;

/// Pixels of a module's side.
const SCALE: usize = 6;
/// Modules of the white margin (ISO/IEC 18004 section 5.3.8).
const MARGIN: usize = 4;

/// The text is too long for a QR code, or the picture could not be written. Never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text does not fit a QR code")]
pub struct QrError;

/// A PNG, black on white, with its margin. It holds the text: zeroed when dropped.
///
/// # Errors
/// [`QrError`] above some two thousand bytes.
pub fn png(text: &str) -> Result<Zeroizing<Vec<u8>>, QrError> {
    let code = encoded(text)?;
    let (modules, colors) = (code.width(), code.into_colors());
    let side = (modules + 2 * MARGIN) * SCALE;
    let dark = |x: usize, y: usize| {
        let (x, y) = ((x / SCALE).checked_sub(MARGIN)?, (y / SCALE).checked_sub(MARGIN)?);
        (x < modules && y < modules).then(|| colors.get(y * modules + x) == Some(&Color::Dark))
    };
    // One bit a pixel, rows padded to whole bytes; a set bit is white.
    let mut pixels = Zeroizing::new(Vec::with_capacity(side * side.div_ceil(8)));
    for y in 0..side {
        for eight in 0..side.div_ceil(8) {
            let bit = |at: usize| u8::from(dark(eight * 8 + at, y) != Some(true)) << (7 - at);
            pixels.push((0..8).map(bit).sum::<u8>());
        }
    }
    let side = u32::try_from(side).map_err(|_| QrError)?;
    let mut picture = Zeroizing::new(Vec::new());
    let mut encoder = Encoder::new(&mut *picture, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels))
        .map_err(|_| QrError)?;
    Ok(picture)
}

/// Lines of half blocks, for a terminal of dark letters on light ground or the reverse.
///
/// # Errors
/// As [`png()`].
pub fn text(text: &str) -> Result<Zeroizing<String>, QrError> {
    Ok(Zeroizing::new(encoded(text)?.render::<Dense1x2>().build()))
}

fn encoded(text: &str) -> Result<QrCode, QrError> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| QrError)
}
