/**
 * One number that stands for all documents of a collection: "live equals rebuild" is one comparison. A sum, so that one
 * document changes it by one subtraction and one addition, in any order.
 */
import { hash } from 'node:crypto';
import { lengthPrefixed } from '../domain/kernel';

/** Sum of document hashes mod 2^256; 0n stands for no documents. */
export type Root = bigint;

/** SHA-256(length-prefixed id ‖ body), 64 hex digits: as text it is made, stored and added up faster than as bytes. */
export const documentHash = (id: string, body: string): string => hash('sha256', lengthPrefixed([id]) + body, 'hex');

export const added = (root: Root, documentHash: string): Root =>
  BigInt.asUintN(256, root + BigInt(`0x${documentHash}`));

export const subtracted = (root: Root, documentHash: string): Root =>
  BigInt.asUintN(256, root - BigInt(`0x${documentHash}`));

/** 64 hex digits. */
export const rootHex = (root: Root): string => root.toString(16).padStart(64, '0');

export const rootOf = (hex: string): Root => BigInt(`0x${hex}`);
