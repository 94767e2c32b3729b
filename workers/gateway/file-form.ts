// How the document describes a form with one file. It only describes: the handler reads the form itself.

export const FILE_FORM = {
  content: {
    "multipart/form-data": {
      schema: {
        type: "object" as const,
        required: ["file"],
        properties: { file: { type: "string" as const, format: "binary" } },
      },
    },
  },
};
