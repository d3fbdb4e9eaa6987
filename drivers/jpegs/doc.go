// Package jpegs is about the bytes of JPEG pictures: where they begin and end,
// and whether a decoder can do anything with them. It looks at markers and never
// at pixels, and knows nothing of cameras.
//
// Its source is ITU-T T.81 (09/92), https://www.w3.org/Graphics/JPEG/itu-t81.pdf:
// annex B for markers and segments, annex K.3 for the typical Huffman tables.
package jpegs
