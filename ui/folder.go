package ui

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"fanlight/ui/kit"
)

// folder is a place for a folder, which can be typed or chosen.
type folder struct {
	*place
	choose *kit.Button
}

func newFolder(caption, choose string, files files, take func(dir string) error, moved func()) *folder {
	f := &folder{place: newPlace(caption, func(text string) error { return take(strings.TrimSpace(text)) }, moved)}
	f.entry.Optional = true
	f.choose = kit.NewIconButton(choose, theme.FolderOpenIcon(), func() {
		files.choose(Choosing{Title: caption, Folder: true, At: f.entry.Text}, func(path string) {
			if err := take(path); err != nil {
				f.entry.Refused(err)
				return
			}
			f.entry.Set(path)
		})
	})
	return f
}

func (f *folder) drawn() fyne.CanvasObject {
	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	return f.row(container.New(layout.NewBorderLayout(nil, nil, nil, f.choose), f.entry.Drawn(), f.choose))
}

func setHistory(p Preferences, text string) error {
	mb, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || mb < 0 || mb > MostHistory {
		return errors.New(lang.L("write a number from 0 to {{.Most}}, such as 256", map[string]any{"Most": MostHistory}))
	}
	p.SetHistory(mb)
	return nil
}

// historyWords say how long the memory lasts.
func historyWords(g General) string {
	switch seconds := int(g.HistoryLasts.Seconds()); {
	case g.History == 0:
		return lang.L("Nothing is kept, so nobody can look back.")
	case seconds == 0:
		return lang.L("It shows here how long that lasts once the camera is on.")
	case seconds < 120:
		return lang.N("That lasts about {{.Count}} seconds with this camera. 0 keeps nothing.", seconds, map[string]any{"Count": seconds})
	default:
		return lang.N("That lasts about {{.Count}} minutes with this camera. 0 keeps nothing.", seconds/60, map[string]any{"Count": seconds / 60})
	}
}
