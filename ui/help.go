package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// help is the sheet that lists the keys.
type help struct {
	*kit.Sheet
	done *kit.Button
}

func newHelp(c fyne.Canvas, version string, actions []action) *help {
	keys := container.New(layout.NewFormLayout())
	for _, a := range actions {
		key := widget.NewLabelWithStyle(a.keys.String(), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
		keys.Add(kit.Tight(key))
		words := widget.NewLabel(a.words)
		words.Wrapping = fyne.TextWrapWord
		keys.Add(kit.Tight(words))
	}
	h := &help{}
	h.done = kit.NewButton(lang.L("Close"), lang.L("Close"), func() { h.Close() })
	h.done.Importance = widget.HighImportance
	about := widget.NewLabel("Fanlight " + version)
	about.Importance = widget.LowImportance
	below := container.NewBorder(nil, nil, nil, h.done, about)
	h.Sheet = kit.NewSheet(c, container.NewBorder(kit.NewTitle(lang.L("Keys")), below, nil, nil, container.NewVScroll(keys)), fyne.NewSize(520, 560))
	return h
}
