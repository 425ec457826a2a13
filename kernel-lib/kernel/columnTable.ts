/** What stands for an arquero table in the library's declarations until a cell asks for one; see `lazyTypes.ts`. */
export interface ColumnTable {
  numRows(): number;
  numCols(): number;
}
