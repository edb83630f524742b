//! recognize
