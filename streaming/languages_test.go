package streaming_test

import (
	"slices"

	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"testing"
	"testing/synctest"
	"time"
)

// speaking has cards drawn in a language, and counts the sentences that are translated.
func speaking(feed *Feed, language string, sentences *[]string) (stop func()) {
	return feed.Speak(language, func(key string, data any) string {
		*sentences = append(*sentences, fmt.Sprint(key, data))
		return language + ": " + key
	})
}

func TestCardsSpeakTheLanguagesOfTheirViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		collected := cards(t, feed)
		var german, again, french []string
		defer speaking(feed, "de", &german)()
		leave := speaking(feed, "de", &again) // a second viewer
		defer speaking(feed, "fr", &french)()
		time.Sleep(time.Second)
		gone := errors.New("gone")
		b.Fail.Store(&gone)
		time.Sleep(5 * time.Second)
		leave()
		var late []string
		defer speaking(feed, "ja", &late)()
		time.Sleep(5 * time.Second)
		shown := collected()
		first, last := shown[0], shown[len(shown)-1]
		for language, want := range map[string]bool{"de": true, "fr": true, "ja": false, "": false} {
			if (first.Card.In(language) != nil) != want {
				t.Errorf("the first card in %q: %d bytes", language, len(first.Card.In(language)))
			}
		}
		if last.Card.In("ja") == nil || last.Card.In("de") == nil {
			t.Error("the last card is not in the language of who came late")
		}
		if bytes.Equal(first.Card.In("de"), first.JPEG) || bytes.Equal(first.Card.In("de"), first.Card.In("fr")) {
			t.Error("the languages look the same")
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(first.Card.In("de")))
		if err != nil || config.Width != first.Width || config.Height != first.Height {
			t.Errorf("%dx%d, %v", config.Width, config.Height, err)
		}
		want := []string{"Camera lost, trying againmap[Camera:Bench bench]", "its owner sees why in Fanlight's window<nil>"}
		if !slices.Equal(german, want) || len(again) != 0 || !slices.Equal(french, want) || !slices.Equal(late, want) {
			t.Errorf("translated: %q, %q, %q, %q", german, again, french, late)
		}
	})
}

func TestCardsAreDrawnInAFewLanguagesOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := streamtest.NewCamera().Feed(t)
		var sentences []string
		var leave []func()
		for n := range 12 {
			leave = append(leave, speaking(feed, fmt.Sprint(n), &sentences))
		}
		feed.Pause()
		first := newest(t, feed)
		if len(sentences) != 10 || first.Card.In("9") == nil || first.Card.In("10") != nil {
			t.Errorf("%d languages", len(sentences))
		}
		for _, leave := range leave {
			leave()
		}
		feed.Resume()
		feed.Pause()
		if newest(t, feed); len(sentences) != 10 {
			t.Error("drawn in the languages of viewers who have left")
		}
	})
}

func TestEndCard(t *testing.T) {
	english, err := EndCard(640, 480, "Yard", nil)
	german, otherErr := EndCard(640, 480, "Yard", func(string, any) string { return "Die Übertragung ist beendet" })
	if err != nil || otherErr != nil || bytes.Equal(english, german) {
		t.Fatal(err, otherErr)
	}
	if config, err := jpeg.DecodeConfig(bytes.NewReader(german)); err != nil || config.Width != 640 {
		t.Errorf("%d wide, %v", config.Width, err)
	}
}
