// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssayHash} from "../libraries/AssayHash.sol";
import {RateBook} from "./RateBook.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title What consumers and devices sign for metered jobs
abstract contract RateSigning is RateBook {
    bytes32 internal constant VOUCHER_TYPEHASH = keccak256("Voucher(uint64 jobId,address acceptor,uint96 cumulative)");
    bytes32 private constant TOP_UP_TYPEHASH = keccak256("TopUp(uint64 jobId,uint96 funded,uint96 amount)");

    uint256 private immutable CHAIN_ID = block.chainid;
    bytes32 private immutable DOMAIN = AssayHash.domainOf(address(this));

    /// @dev After a fork of the chain its new id counts.
    function _digest(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = block.chainid == CHAIN_ID ? DOMAIN : AssayHash.domainOf(address(this));
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    function _topUpHash(uint64 jobId, uint96 funded, uint96 amount) internal pure returns (bytes32) {
        return keccak256(abi.encode(TOP_UP_TYPEHASH, jobId, funded, amount));
    }

    function _isConsumers(address consumer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        return SignatureChecker.isValidSignatureNowCalldata(consumer, digest, signature);
    }
}
