package web

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// listener is a browser that has sound.
type listener interface {
	visit(url string) error
	// tell evaluates an expression in the page.
	tell(expression string) (json.RawMessage, error)
	// press clicks on an element as a person does.
	press(selector string) error
}

func (f *firefox) tell(expression string) (json.RawMessage, error) { return f.tells(expression) }

func (f *firefox) press(selector string) error {
	id, err := f.find(selector)
	if err == nil {
		_, err = f.ask("WebDriver:ElementClick", map[string]any{"id": id})
	}
	return err
}

func (c chrome) tell(expression string) (value json.RawMessage, err error) {
	err = chromedp.Run(c.tab, chromedp.Evaluate(expression, &value))
	return value, err
}

func (c chrome) press(selector string) error { return chromedp.Run(c.tab, chromedp.Click(selector)) }

// eyes is a script that notes which slide is shown, and since when.
const eyes = `(() => {
	window.slides = [];
	setInterval(() => {
		const slide = ` + shown + `;
		if (slide !== -1 && slide !== window.slides.at(-1)?.[0]) window.slides.push([slide, Date.now()]);
	}, 4);
	return true;
})()`

// sighting is a slide that a page has shown.
type sighting struct {
	number int
	at     time.Time
}

func sightings(t *testing.T, b listener) (all []sighting) {
	t.Helper()
	value, err := b.tell(`JSON.stringify(window.slides)`)
	if err != nil {
		t.Fatal(err)
	}
	var written string
	var pairs [][2]float64
	err = json.Unmarshal(value, &written)
	if err == nil {
		err = json.Unmarshal([]byte(written), &pairs)
	}
	if err != nil {
		t.Fatalf("%v: %.100s", err, value)
	}
	for _, pair := range pairs {
		all = append(all, sighting{int(pair[0]), time.UnixMicro(int64(1000 * pair[1]))})
	}
	return all
}

// neverBack checks that the slides were shown in order.
func neverBack(t *testing.T, seen []sighting) {
	t.Helper()
	if len(seen) < 10 {
		t.Errorf("%d slides were shown", len(seen))
	}
	for i := range seen[1:] {
		if seen[i+1].number < seen[i].number {
			t.Errorf("slide %d is shown behind %d", seen[i+1].number, seen[i].number)
		}
	}
}
