package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"k8s.io/client-go/rest"
)

// line is a way to the server that can be cut, and that can pretend that a version is too old. It notes what was asked.
type line struct {
	mu      sync.Mutex
	conns   map[net.Conn]struct{}
	asked   []string
	expired bool
}

func newLine() *line { return &line{conns: map[net.Conn]struct{}{}} }

func (l *line) through(config *rest.Config) *rest.Config {
	own := rest.CopyConfig(config)
	own.Dial = l.dial
	own.Wrap(func(next http.RoundTripper) http.RoundTripper { return asking{l, next} })
	return own
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err == nil {
		l.mu.Lock()
		l.conns[conn] = struct{}{}
		l.mu.Unlock()
	}
	return conn, err
}

// cut ends every connection that is open.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for conn := range l.conns {
		conn.Close()
	}
	clear(l.conns)
}

// expire lets the next watch that goes on from a version be told that it is too old.
func (l *line) expire() {
	l.mu.Lock()
	l.expired = true
	l.mu.Unlock()
	l.cut()
}

// questions gives what was asked since the last call, repetitions left out: how often a client tries again is chance.
func (l *line) questions() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	asked := l.asked
	l.asked = nil
	return asked
}

func (l *line) note(request *http.Request) (isExpired bool) {
	query := request.URL.Query()
	l.mu.Lock()
	defer l.mu.Unlock()
	if text := question(query); len(l.asked) == 0 || l.asked[len(l.asked)-1] != text {
		l.asked = append(l.asked, text)
	}
	if l.expired && query.Get("watch") != "" && query.Get("sendInitialEvents") == "" {
		l.expired = false
		return true
	}
	return false
}

func question(query url.Values) string {
	words := []string{"list"}
	if query.Get("watch") != "" {
		words = []string{"watch"}
	}
	for _, name := range []string{"sendInitialEvents", "resourceVersionMatch", "allowWatchBookmarks", "limit"} {
		if query.Has(name) {
			words = append(words, name+"="+query.Get(name))
		}
	}
	switch version := query.Get("resourceVersion"); version {
	case "", "0":
		words = append(words, fmt.Sprintf("from=%q", version))
	default:
		words = append(words, "from=a version")
	}
	return strings.Join(words, " ")
}

type asking struct {
	line *line
	next http.RoundTripper
}

const gone = `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version","reason":"Expired","code":410}`

func (a asking) RoundTrip(request *http.Request) (*http.Response, error) {
	if a.line.note(request) {
		header := http.Header{"Content-Type": {"application/json"}}
		body := io.NopCloser(strings.NewReader(gone))
		return &http.Response{StatusCode: http.StatusGone, Header: header, Body: body, Request: request}, nil
	}
	return a.next.RoundTrip(request)
}
