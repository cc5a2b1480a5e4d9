// What a finished row has to say to a person, as data; put into words by the language files.

export type Remark =
  | { readonly remark: 'cut'; readonly column: string }
  | { readonly remark: 'alike'; readonly column: string; readonly other: string }
  | { readonly remark: 'empty'; readonly column: string }
  | { readonly remark: 'unsupported'; readonly column: string; readonly facts: readonly string[] }
  | { readonly remark: 'picture-flaw'; readonly flaw: string; readonly picture: string }
  | { readonly remark: 'placeholder'; readonly name: string }
  | { readonly remark: 'stale'; readonly columns: readonly string[] };

/** Remarks after which somebody must look at the row; the others are for information. */
export function needsPerson(remarks: readonly Remark[]): boolean {
  return remarks.some(({ remark }) => remark !== 'cut' && remark !== 'alike');
}
