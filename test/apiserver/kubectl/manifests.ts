/** A kind of its own, with everything that kubectl looks at. */
export const widgetCrd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.acme.example}
spec:
  group: acme.example
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList, shortNames: [wg], categories: [toys]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Tags, type: string, jsonPath: .spec.tags, priority: 1}
    schema:
      openAPIV3Schema:
        description: Widget is a thing with a size.
        type: object
        required: [spec]
        properties:
          spec:
            description: What the widget is like.
            type: object
            required: [size]
            properties:
              size: {description: How big it is., type: integer, minimum: 1, maximum: 100}
              color: {description: What it is painted in., type: string, enum: [red, green], default: red}
              replicas: {type: integer}
              tags: {type: array, items: {type: string}, x-kubernetes-list-type: set}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, required: [name], properties: {name: {type: string}, count: {type: integer}}}
              port: {x-kubernetes-int-or-string: true}
          status:
            type: object
            x-kubernetes-preserve-unknown-fields: true
`;

export const widget = `
apiVersion: acme.example/v1
kind: Widget
metadata: {name: one, namespace: session, labels: {tier: front}}
spec: {size: 5, tags: [a, b], replicas: 2, parts: [{name: wheel, count: 4}]}
`;

export const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: session, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0
        ports: [{containerPort: 8080}]
        env: [{name: MODE, value: test}]
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 1000m}}
        readinessProbe: {httpGet: {path: /ready, port: 8080}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: session}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: session, labels: {app: web}}
data: {color: blue, size: "10"}
---
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: session}
stringData: {user: bob}
`;

export const changedWorkload = workload
  .replace("replicas: 2", "replicas: 3")
  .replace("web:1.0", "web:1.1")
  .replace("{name: MODE, value: test}", "{name: MODE, value: live}, {name: EXTRA, value: x}")
  .replace('color: blue, size: "10"', "color: green");

export const appliedSettings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: applied, namespace: session}
data: {mode: fast, level: "3"}
`;

/** A role with more than one rule, and its binding, for `auth reconcile`. */
export const access = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: writer, namespace: session, labels: {made: by-reconcile}}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [patch]}
- {apiGroups: [""], resources: [services], verbs: [get]}
- {apiGroups: [rbac.authorization.k8s.io], resources: [roles, rolebindings], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: writer, namespace: session}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: writer}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: will}
`;
