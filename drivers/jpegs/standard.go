package jpegs

import "bytes"

// AreStandard reports whether the content of a DHT segment is standard Huffman tables and
// no others, each at its usual destination: those that a picture without tables relies on.
func AreStandard(content []byte) bool {
	for len(content) > 0 {
		standard := standardTable(content[0])
		if standard == nil || !bytes.HasPrefix(content, standard) {
			return false
		}
		content = content[len(standard):]
	}
	return true
}

// standardTable returns the standard table that begins with a class and destination; nil
// if there is none.
func standardTable(destination byte) []byte {
	const lengths = 1 + 16 // the destination, and the numbers of codes of each length
	for rest := standardTables[4:]; len(rest) > 0; {
		size := lengths
		for _, codes := range rest[1:lengths] {
			size += int(codes)
		}
		if rest[0] == destination {
			return rest[:size]
		}
		rest = rest[size:]
	}
	return nil
}
