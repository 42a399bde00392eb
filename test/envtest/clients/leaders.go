package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// electLeaders lets two candidates want one Lease: the first ends in order, the next is cut off from the server.
func electLeaders(ctx context.Context, w *world) error {
	var seen diary
	lead := func(name string, releases bool) (stop func()) {
		own, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		running.Go(func() { w.candidate(name, releases, &seen).Run(own) })
		return func() { cancel(); running.Wait() }
	}
	stopOne := lead("one", true)
	if err := w.holds(ctx, "one", &seen); err != nil {
		return err
	}
	stopTwo := lead("two", false)
	stopOne()
	if err := w.holds(ctx, "two", &seen); err != nil {
		return err
	}
	// Two ends without a word: its Lease has to run out.
	stopThree := lead("three", true)
	stopTwo()
	if err := w.holds(ctx, "three", &seen); err != nil {
		return err
	}
	stopThree()
	lease, err := w.kube.CoordinationV1().Leases(w.namespace).Get(ctx, "leader", metav1.GetOptions{})
	if err != nil {
		return err
	}
	w.say("released", map[string]any{"holder": lease.Spec.HolderIdentity, "seconds": lease.Spec.LeaseDurationSeconds})
	return nil
}

func (w *world) candidate(name string, releases bool, seen *diary) *leaderelection.LeaderElector {
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: w.namespace},
			Client:     w.kube.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		Name:            "test",
		LeaseDuration:   2 * time.Second,
		RenewDeadline:   time.Second,
		RetryPeriod:     200 * time.Millisecond,
		ReleaseOnCancel: releases,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { seen.note("%s leads", name) },
			OnStoppedLeading: func() { seen.note("%s stopped", name) },
		},
	})
	if err != nil {
		panic(err)
	}
	return elector
}

func (w *world) holds(ctx context.Context, name string, seen *diary) error {
	var changes *int32
	err := until(ctx, func(ctx context.Context) (bool, error) {
		lease, err := w.kube.CoordinationV1().Leases(w.namespace).Get(ctx, "leader", metav1.GetOptions{})
		if err != nil {
			return false, nil
		}
		changes = lease.Spec.LeaseTransitions
		return lease.Spec.HolderIdentity != nil && *lease.Spec.HolderIdentity == name, nil
	})
	if err != nil {
		return fmt.Errorf("%s does not lead: %w", name, err)
	}
	// The callback comes a moment after the Lease.
	time.Sleep(100 * time.Millisecond)
	w.say(name+" holds the Lease", map[string]any{"transitions": changes, "told": seen.take()})
	return nil
}
