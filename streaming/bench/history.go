//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// filled is what a picture costs Fanlight, in CPU time, while its history grows, and for how
// long it does.
type filled struct {
	cost, took time.Duration
}

// fill has one viewer watch Fanlight until its history is full. The memory of a full history is
// used again and again; while it grows, each picture also costs page faults.
func fill(ctx context.Context, c *contender) (filled, error) {
	watching, err := startViewers(ctx, c, trial{viewers: 1})
	if err != nil {
		return filled{}, err
	}
	defer watching.stop()
	ctx, cancel := context.WithTimeoutCause(ctx, 5*time.Minute, errors.New("the history is not full after five minutes"))
	defer cancel()
	first, err := c.oldest(ctx)
	if err != nil {
		return filled{}, err
	}
	var costs []time.Duration
	for begun := time.Now(); ; {
		cost, err := used(ctx, c)
		if err != nil {
			return filled{}, context.Cause(ctx)
		}
		oldest, err := c.oldest(ctx)
		if err != nil {
			return filled{}, err
		}
		if oldest != first {
			f := filled{cost: median(costs), took: time.Since(begun)}
			fmt.Printf("filling the history: %.1f µs a picture for %v\n", f.cost.Seconds()*1e6, f.took.Round(time.Second))
			return f, nil
		}
		costs = append(costs, cost)
	}
}

// oldest returns when the oldest picture of Fanlight's history was taken, in seconds since 1970.
func (c *contender) oldest(ctx context.Context) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.address()+"/api/timeline", nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	var timeline struct{ From float64 }
	err = json.NewDecoder(response.Body).Decode(&timeline)
	return timeline.From, err
}

// historyLine is the line of the table about the history.
func historyLine(f filled) []byte {
	return fmt.Appendf(nil, "\nFanlight's history is full in all this. While it fills, in the first %v, a picture for one viewer costs %.0f µs, page faults included.\n",
		f.took.Round(time.Second), f.cost.Seconds()*1e6)
}
