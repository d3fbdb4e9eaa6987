// Package jpegs is about JPEG pictures as bytes: the type [Picture], which a picture has
// on its whole way from a driver to a viewer, where pictures begin and end in a stream,
// and whether a decoder accepts them. It looks at markers and never at pixels.
//
// The drivers' rooms and package streaming call it. It is a leaf and imports nothing of
// Fanlight.
//
// Its source is ITU-T T.81 (09/92), https://www.w3.org/Graphics/JPEG/itu-t81.pdf:
// annex B for markers and segments, annex K.3 for the typical Huffman tables.
package jpegs
