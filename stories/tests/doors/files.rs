//! Filled as the doors of this kind are mended.
