// How a route's description says "JSON of this shape", for bodies and answers.

export const jsonContent = <Schema>(schema: Schema) => ({ "application/json": { schema } });
export const jsonBody = <Schema>(schema: Schema) => ({ body: { required: true, content: jsonContent(schema) } });
