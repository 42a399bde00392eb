package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const protobuf = runtime.ContentTypeProtobuf

// world holds the clients of one scenario. Those that watch go through a line that can be cut; the others do not.
type world struct {
	scenario  string
	namespace string
	said      bytes.Buffer
	config    *rest.Config
	kube      kubernetes.Interface
	line      *line
	watching  *rest.Config
}

func openWorld(ctx context.Context, kubeconfig, name string) (*world, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = -1, -1
	w := &world{scenario: name, config: config, line: newLine()}
	if w.kube, err = kubernetes.NewForConfig(inProtobuf(config)); err != nil {
		return nil, err
	}
	w.watching = w.line.through(config)
	space := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "clients-"}}
	if space, err = w.kube.CoreV1().Namespaces().Create(ctx, space, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	w.namespace = space.Name
	return w, nil
}

func inProtobuf(config *rest.Config) *rest.Config {
	typed := rest.CopyConfig(config)
	typed.ContentType = protobuf
	typed.AcceptContentTypes = protobuf + ",application/json"
	return typed
}

func (w *world) dynamic(config *rest.Config) dynamic.Interface {
	return dynamic.NewForConfigOrDie(config)
}
func (w *world) metadata(config *rest.Config) metadata.Interface {
	return metadata.NewForConfigOrDie(config)
}

// close takes the namespace away, which a server does in its own time.
func (w *world) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return w.kube.CoreV1().Namespaces().Delete(ctx, w.namespace, metav1.DeleteOptions{})
}

func until(ctx context.Context, condition wait.ConditionWithContextFunc) error {
	return wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, 30*time.Second, true, condition)
}

// volatile is what every run has anew.
var volatile = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|record \(\d+\)|clients-[a-z0-9]{5}`)

// say notes one thing that was seen.
func (w *world) say(what string, saw any) {
	text, err := json.Marshal(map[string]any{"scenario": w.scenario, "what": what, "saw": saw})
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(&w.said, volatile.ReplaceAllString(string(text), "<volatile>"))
}

// sayError notes how a server refused something, or that it did not.
func (w *world) sayError(what string, err error) {
	if err == nil {
		w.say(what, "no error")
		return
	}
	status, ok := err.(apierrors.APIStatus)
	if !ok {
		w.say(what, err.Error())
		return
	}
	s := status.Status()
	// What follows in lines of its own shows the server's own structures.
	message, _, _ := strings.Cut(s.Message, "\n")
	var causes []string
	if s.Details != nil {
		for _, cause := range s.Details.Causes {
			text, _, _ := strings.Cut(cause.Message, "\n")
			causes = append(causes, fmt.Sprint(cause.Type, " ", cause.Field, ": ", text))
		}
		s.Details.Causes = nil
	}
	w.say(what, map[string]any{"code": s.Code, "reason": s.Reason, "message": message, "details": s.Details, "causes": causes})
}

// managers tells who manages which fields. Their order differs between protobuf and JSON.
func managers(object metav1.Object) map[string]any {
	seen := map[string]any{}
	for _, entry := range object.GetManagedFields() {
		key := entry.Manager + " " + string(entry.Operation) + " " + entry.APIVersion + " " + entry.Subresource
		var fields any
		if err := json.Unmarshal(entry.FieldsV1.Raw, &fields); err != nil {
			panic(err)
		}
		seen[key] = fields
	}
	return seen
}

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}
}
