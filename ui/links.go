package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// OtherLink is a link to the page on one of several networks.
type OtherLink struct {
	Link      string
	Interface string // to the network, "eth0"
}

// otherLinks is a button whose menu has the links for other networks. It is visible if there
// are any.
type otherLinks struct {
	*kit.Button
	links  []OtherLink
	chosen func(link string)
}

func newOtherLinks(chosen func(link string)) *otherLinks {
	o := &otherLinks{chosen: chosen}
	o.Button = kit.NewIconButton(lang.L("Links for other networks"), theme.MenuDropDownIcon(), o.open)
	o.Hide()
	return o
}

func (o *otherLinks) show(links []OtherLink) {
	if !slices.Equal(o.links, links) {
		o.links = links
		kit.SetVisible(o.Button, len(links) > 0)
	}
}

// open shows the menu below the button, or above it where there is no room below, with its
// right edge at the button's.
func (o *otherLinks) open() {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(o.Button)
	menu := widget.NewPopUpMenu(fyne.NewMenu("", o.items()...), c)
	size, at := menu.MinSize(), driver.AbsolutePositionForObject(o.Button)
	y := at.Y + o.Size().Height
	if y+size.Height > c.Size().Height {
		y = at.Y - size.Height
	}
	menu.ShowAtPosition(fyne.NewPos(max(at.X+o.Size().Width-size.Width, 0), y))
}

func (o *otherLinks) items() (items []*fyne.MenuItem) {
	for _, one := range o.links {
		named := map[string]any{"Link": one.Link, "Interface": one.Interface}
		items = append(items, fyne.NewMenuItem(lang.L("Copy {{.Link}} ({{.Interface}})", named), func() { o.chosen(one.Link) }))
	}
	return items
}
