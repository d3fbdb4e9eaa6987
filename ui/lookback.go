package ui

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"
)

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

func setHistoryDisk(p Preferences, text string) error {
	minutes, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || minutes < 0 || minutes > MostHistoryDisk {
		return errors.New(lang.L("write a number from 0 to {{.Most}}, such as 60", map[string]any{"Most": MostHistoryDisk}))
	}
	p.SetHistoryDisk(minutes)
	return nil
}

// historyDiskWords say what the disk pays.
func historyDiskWords(g General) string {
	if g.HistoryDisk == 0 {
		return lang.L("Nothing is kept there. It would write all the time that the camera is on, which wears SD cards.")
	}
	return lang.L("They take {{.Size}} GB now, and are removed when Fanlight ends. 0 keeps nothing.", map[string]any{"Size": decimal(float64(g.HistoryDiskBytes)/1e9, 1)})
}
