package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	limit "golang.org/x/time/rate"
)

// allowance is how many wrong passcodes are compared: atOnce, and then one per again.
type allowance struct {
	atOnce int
	again  time.Duration
}

// A machine that has used up its allowance is refused. Where the allowance of a network
// or of everybody is used up, passcodes wait for their turn. Guessing six digits takes
// one machine months, and all machines there are three weeks.
var (
	ofMachine   = allowance{10, 10 * time.Second}
	ofNetwork4  = map[int]allowance{24: {40, 5 * time.Second}}
	ofNetwork6  = map[int]allowance{56: {40, 5 * time.Second}, 48: {60, 2500 * time.Millisecond}}
	ofEverybody = allowance{80, 2 * time.Second}
)

// asked limits nothing: it measures how often a machine has sent any passcode. Who sends
// so many that others must wait, sends more than one a minute from each of his machines.
var asked = allowance{20, time.Minute}

const (
	// rememberedGuesses is how many networks, wrong passcodes, and machines with the right
	// one are remembered, of each.
	rememberedGuesses = 4096
	// mostWaiting is how many passcodes wait for their turn, turnPatience how long one
	// waits at most, and turnEvery how often turns are given.
	mostWaiting  = 16
	turnPatience = 10 * time.Second
	turnEvery    = 100 * time.Millisecond
)

const (
	wrongPasscode = "That is not the passcode. Ask the owner for it, and check capital letters."
	wrongTooOften = "Too many wrong passcodes came from your address. Wait a little, then try again."
	wrongByOthers = "Somebody is sending many wrong passcodes. Wait a little, then try again."
)

// guesses compares the passcodes that are sent, and limits how many wrong ones are. A
// wrong passcode that a machine sends again does not count again: a program that keeps
// sending yesterday's does not use up what its machine may guess. While others guess,
// a passcode waits until its networks and everybody together may guess again, and the one
// from where least was sent goes first: so whoever has the right one gets in. Memory is
// bounded. Methods may be called from any goroutine.
type guesses struct {
	log *slog.Logger

	mu       sync.Mutex
	limiters *lru.Cache[machine, *limit.Limiter] // of networks too
	asked    *lru.Cache[machine, *limit.Limiter]
	all      *limit.Limiter
	wrong    *lru.Cache[wrongGuess, struct{}]
	right    *lru.Cache[machine, *credentials] // need not wait for others
	waiting  []*guess                          // in the order of their turns
	turns    *time.Timer                       // calls giveTurns while some wait
}

// guess is a passcode that waits for its turn.
type guess struct {
	wrongGuess
	right    bool
	address  netip.Addr
	networks []*limit.Limiter // what it waits for, besides its machine's
	machine  *limit.Limiter
	used     float64       // of the allowances, the sum of the shares; the least goes first
	answer   chan *refusal // of capacity 1
}

// wrongGuess is a passcode that a machine has sent, once it turned out to be wrong.
type wrongGuess struct {
	from     machine
	passcode digest       // or of what stands for it
	now      *credentials // a passcode that was wrong may become right
}

func newGuesses(log *slog.Logger) *guesses {
	return &guesses{
		log:      log,
		limiters: remembered[machine, *limit.Limiter](),
		asked:    remembered[machine, *limit.Limiter](),
		all:      ofEverybody.limiter(),
		wrong:    remembered[wrongGuess, struct{}](),
		right:    remembered[machine, *credentials](),
	}
}

func remembered[K comparable, V any]() *lru.Cache[K, V] {
	cache, err := lru.New[K, V](rememberedGuesses)
	if err != nil {
		panic(err) // the size is a constant above zero
	}
	return cache
}

func (a allowance) limiter() *limit.Limiter { return limit.NewLimiter(limit.Every(a.again), a.atOnce) }

// try compares a passcode that a client has sent, and returns nil if it is right. It
// waits up to turnPatience while others guess, or until ctx ends.
func (g *guesses) try(ctx context.Context, now *credentials, passcode string, from client) *refusal {
	passcode = strings.TrimSpace(passcode)
	return g.wait(ctx, now, passcode, now.passcode.is(passcode), from)
}

// wait is try for a client that has proved in another way whether it knows the passcode:
// sent is the same text for the same guess.
func (g *guesses) wait(ctx context.Context, now *credentials, sent string, right bool, from client) *refusal {
	mine := &guess{
		wrongGuess: wrongGuess{from.machine, digestOf(sent), now},
		right:      right,
		address:    from.address,
		answer:     make(chan *refusal, 1),
	}
	g.join(mine)
	patience := time.NewTimer(turnPatience)
	defer patience.Stop()
	select {
	case no := <-mine.answer:
		return no
	case <-patience.C:
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, mine); i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
		mine.answer <- &refusal{http.StatusTooManyRequests, wrongByOthers, turnPatience}
	}
	return <-mine.answer
}

// join answers a guess at once or adds it to those that wait, of whom it may displace the
// last one.
func (g *guesses) join(mine *guess) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rank(mine)
	place, _ := slices.BinarySearchFunc(g.waiting, mine.used, func(other *guess, used float64) int {
		if other.used <= used { // who waits already goes first
			return -1
		}
		return 1
	})
	g.waiting = slices.Insert(g.waiting, place, mine)
	g.giveTurns()
	if len(g.waiting) > mostWaiting {
		last := g.waiting[mostWaiting]
		g.waiting = g.waiting[:mostWaiting]
		last.answer <- &refusal{http.StatusTooManyRequests, wrongByOthers, turnPatience}
	}
}

// rank finds the limiters of a guess, and how much of their allowances is used.
func (g *guesses) rank(mine *guess) {
	mine.machine = limiter(g.limiters, mine.from, ofMachine)
	often := limiter(g.asked, mine.from, asked)
	mine.used = used(mine.machine) + used(often)
	often.Allow()
	if now, _ := g.right.Get(mine.from); now == mine.now {
		return
	}
	networks := ofNetwork6
	if mine.address.Is4() {
		networks = ofNetwork4
	}
	mine.networks = []*limit.Limiter{g.all}
	for bits, allowance := range networks {
		network := limiter(g.limiters, machine{network: within(mine.address, bits)}, allowance)
		mine.networks = append(mine.networks, network)
		mine.used += used(network)
	}
}

// limiter returns the limiter of a machine or a network, a new one if none is remembered.
func limiter(of *lru.Cache[machine, *limit.Limiter], key machine, a allowance) *limit.Limiter {
	limiter, known := of.Get(key)
	if !known {
		limiter = a.limiter()
		of.Add(key, limiter)
	}
	return limiter
}

// used returns the share of a limiter's allowance that is used up, from 0 to 1.
func used(limiter *limit.Limiter) float64 { return 1 - limiter.Tokens()/float64(limiter.Burst()) }

// giveTurns answers all guesses whose turn it is, and comes again while some wait. It is
// called with mu held.
func (g *guesses) giveTurns() {
	g.waiting = slices.DeleteFunc(g.waiting, func(mine *guess) bool {
		no, answered := g.turn(mine)
		if answered {
			mine.answer <- no
		}
		return answered
	})
	if len(g.waiting) == 0 {
		return
	}
	if g.turns == nil {
		g.turns = time.AfterFunc(turnEvery, func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.giveTurns()
		})
	}
	g.turns.Reset(turnEvery)
}

// turn compares a guess if it may be. Only wrong ones use up allowances. Whether it is
// right must not decide whether it waits, or the wait would tell.
func (g *guesses) turn(mine *guess) (no *refusal, answered bool) {
	if _, known := g.wrong.Get(mine.wrongGuess); known {
		return &refusal{http.StatusUnauthorized, wrongPasscode, 0}, true
	}
	if wait := untilNext(mine.machine); wait > 0 {
		return &refusal{http.StatusTooManyRequests, wrongTooOften, wait}, true
	}
	for _, network := range mine.networks {
		if untilNext(network) > 0 {
			return nil, false
		}
	}
	if mine.right {
		g.right.Add(mine.from, mine.now)
		return nil, true
	}
	mine.machine.Allow()
	for _, network := range mine.networks {
		network.Allow()
	}
	g.wrong.Add(mine.wrongGuess, struct{}{})
	g.log.Info("wrong passcode", "address", mine.address)
	return &refusal{http.StatusUnauthorized, wrongPasscode, 0}, true
}

// untilNext returns how long it is until a limiter allows another wrong passcode.
func untilNext(limiter *limit.Limiter) time.Duration {
	missing := 1 - limiter.Tokens()
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(limiter.Limit()) * float64(time.Second))
}
