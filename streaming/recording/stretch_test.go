package recording

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// lending is a past that counts what it lends.
type lending struct {
	Past
	lent func(*streaming.Frame)
}

func (l lending) After(f *streaming.Frame) (*streaming.Frame, error) {
	next, err := l.Past.After(f)
	if next != nil {
		l.lent(next)
	}
	return next, err
}

// TestLongPastIsSavedPieceByPiece has a past that is on disk, and larger than the memory: no
// more of it is held at a time than that of ten pictures, and all of it is saved in order.
func TestLongPastIsSavedPieceByPiece(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, r := hall(t)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(20 * time.Second)
		picture := len(streamtest.Grey(64, 48))
		r.mostHeld = 10 * picture
		lent, most := 0, 0
		r.past = lending{r.past, func(f *streaming.Frame) {
			lent += len(f.JPEG)
			written := int64(0)
			for _, path := range recorded(t, r.dir) {
				if info, err := os.Stat(path); err == nil {
					written += info.Size()
				}
			}
			most = max(most, lent-int(written))
		}}
		expectSaved(t, r, 15*time.Second, 14900*time.Millisecond, 15100*time.Millisecond)
		if lent < 400*picture || most > 12*picture {
			t.Errorf("%d bytes of %d were held at a time", most, lent)
		}
	})
}

// TestPastThatIsEmptiedWhileItIsSaved has another camera chosen meanwhile: what was held is
// saved, and nothing of the other camera.
func TestPastThatIsEmptiedWhileItIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, r := hall(t)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(20 * time.Second)
		r.mostHeld = 10 * len(streamtest.Grey(64, 48))
		n := 0
		r.past = lending{r.past, func(f *streaming.Frame) {
			if n++; n == 100 {
				other := streamtest.NewCamera()
				other.ID = "other"
				feed.Use(other.Source())
				time.Sleep(5 * time.Second)
			}
		}}
		if saved, err := r.SaveLast(15 * time.Second); err != nil || saved.Pictures < 100 || saved.Pictures > 110 {
			t.Errorf("%+v, %v", saved, err)
		}
	})
}

// recorded are the paths of the recordings in a folder.
func recorded(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.mkv"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
