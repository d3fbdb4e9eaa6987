// Package lettering draws text into pictures: the words on cards and what is burnt in. It
// draws every script that the machine has fonts for, right to left too, and colour emoji,
// with the libraries that draw text in the window (go-text). Packages streaming and
// drivers/pixels call it; it is a leaf, which imports nothing of Fanlight.
//
// Latin, Greek and Cyrillic letters come from Go's own fonts, which are linked in and are
// the same everywhere. A [Writer] looks for the machine's fonts when a text has another
// letter, and not before: their index is read from a file in the user's cache, which the
// first search writes. A letter that no font has is drawn as a box.
//
// Known gaps: of a keycap (1️⃣) the digit is drawn, flags of a country's parts are drawn
// as a plain one, fonts of colour layers (COLR) are drawn in one colour, and Chinese and
// Japanese share the forms of the font that is found first.
package lettering
