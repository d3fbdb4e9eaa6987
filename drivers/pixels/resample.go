package pixels

import "fanlight/drivers/pixels/turbo"

// resample fills a plane with another one of any size. A pixel becomes the average
// of all that it covers, each weighted by how much of it that is: picking one of
// them would alias.
func resample(to, from turbo.Plane) {
	if to.Width == from.Width && to.Height == from.Height {
		for y := range to.Height {
			copy(to.Line(y), from.Line(y))
		}
		return
	}
	columns := make([]uint32, from.Width)
	for y := range to.Height {
		averageLines(columns, from, y, to.Height)
		averageColumns(to.Line(y), columns)
	}
}

// averageLines makes one line, in units of 1/256, of those that line y of wanted
// lines covers. Each line that there is counts as many parts as lines are wanted,
// so that a wanted line covers as many parts as there are lines.
func averageLines(columns []uint32, from turbo.Plane, y, wanted int) {
	clear(columns)
	begin, end := y*from.Height, (y+1)*from.Height
	for covered := begin / wanted; covered*wanted < end; covered++ {
		parts := uint32(min(end, (covered+1)*wanted) - max(begin, covered*wanted))
		for x, value := range from.Line(covered) {
			columns[x] += parts * uint32(value)
		}
	}
	scale := 1<<40/uint64(from.Height) + 1
	for x, sum := range columns {
		columns[x] = uint32(uint64(sum) * scale >> 32)
	}
}

// averageColumns makes the pixels of a line, counting parts as averageLines does.
func averageColumns(line []byte, columns []uint32) {
	have, wanted := len(columns), len(line)
	scale := 1<<32/uint64(have) + 1
	covered, left := 0, wanted // the parts left of the column that is covered next
	for x := range line {
		sum := uint64(0)
		for missing := have; missing > 0; {
			parts := min(missing, left)
			sum += uint64(parts) * uint64(columns[covered])
			missing, left = missing-parts, left-parts
			if left == 0 {
				covered, left = covered+1, wanted
			}
		}
		line[x] = byte((sum*scale>>32 + 128) >> 8)
	}
}
