// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Accept,
    CreditDeposit,
    DeviceRegistration,
    Fail,
    Offer,
    Order,
    Report,
    StakeDeposit,
    WorkCommit
} from "../interfaces/AssayTypes.sol";

/// @title EIP-712 struct hashes, domains and ids of docs/PROTOCOL.md sections 1 and 2
/// @dev Every message is flat and static, so its ABI encoding is its encodeData.
library AssayHash {
    string internal constant NAME = "Assay";
    string internal constant VERSION = "1";

    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant OFFER_TYPEHASH = keccak256(
        "Offer(address device,bytes32 deviceClass,uint8 unit,uint96 price,uint32 durationMinS,uint32 durationMaxS,"
        "uint96 volumeMax,uint16 concurrentMax,uint32 regions,uint8 grades,uint64 nonce,uint40 expiry)"
    );
    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(address consumer,bytes32 specHash,bytes32 offerHash,address matcher,bytes32 deviceClass,uint32 regions,"
        "uint8 grade,uint8 lane,uint96 amount,uint96 priceMax,uint16 feeBpsMax,uint8 attemptsMax,uint40 orderDeadline,"
        "uint32 acceptWindowS,uint32 runWindowS,uint32 reportWindowS,bytes32 resultKey,address callback,"
        "uint32 callbackGas,uint64 salt)"
    );
    bytes32 internal constant ACCEPT_TYPEHASH =
        keccak256("Accept(uint64 jobId,bytes32 orderHash,bytes32 offerHash,bytes32 inputRoot)");
    bytes32 internal constant WORK_COMMIT_TYPEHASH = keccak256(
        "WorkCommit(uint64 jobId,address device,bytes32 specHash,bytes32 seed,uint32 units,uint32 rows,"
        "bytes32 operandRoot,bytes32 workRoot,bytes32 plaintextRoot,bytes32 ciphertextRoot,uint32 ciphertextBytes)"
    );
    bytes32 internal constant FAIL_TYPEHASH = keccak256("Fail(uint64 jobId,bytes32 reasonHash)");
    bytes32 internal constant DEVICE_REGISTRATION_TYPEHASH = keccak256(
        "DeviceRegistration(address provider,address device,bytes32 deviceClass,bytes32 descriptorHash,uint40 expiry)"
    );
    bytes32 internal constant REPORT_TYPEHASH = keccak256(
        "Report(uint64 epoch,uint64 seq,uint40 observedAt,uint40 validUntil,uint16 count,bytes32 verdictsHash,"
        "bytes32 evidenceRoot)"
    );
    bytes32 internal constant STAKE_DEPOSIT_TYPEHASH =
        keccak256("StakeDeposit(address provider,uint96 amount,uint64 salt)");
    bytes32 internal constant CREDIT_DEPOSIT_TYPEHASH =
        keccak256("CreditDeposit(address account,uint96 amount,uint64 salt)");

    /// @notice The Assay domain of any verifying contract on this chain.
    function domainOf(address verifyingContract) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256(bytes(NAME)), keccak256(bytes(VERSION)), block.chainid, verifyingContract
            )
        );
    }

    function hash(Offer calldata message) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := message
        }
        return _hashWords(OFFER_TYPEHASH, offset, 12);
    }

    function hash(Order calldata message) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := message
        }
        return _hashWords(ORDER_TYPEHASH, offset, 20);
    }

    function hash(Accept memory message) internal pure returns (bytes32) {
        return keccak256(abi.encode(ACCEPT_TYPEHASH, message));
    }

    function hashAccept(uint64 jobId_, bytes32 orderHash, bytes32 offerHash, bytes32 inputRoot)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(ACCEPT_TYPEHASH, jobId_, orderHash, offerHash, inputRoot));
    }

    function hash(WorkCommit calldata message) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := message
        }
        return _hashWords(WORK_COMMIT_TYPEHASH, offset, 11);
    }

    function hash(Fail memory message) internal pure returns (bytes32) {
        return keccak256(abi.encode(FAIL_TYPEHASH, message));
    }

    function hashFail(uint64 jobId_, bytes32 reasonHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(FAIL_TYPEHASH, jobId_, reasonHash));
    }

    function hash(DeviceRegistration calldata message) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := message
        }
        return _hashWords(DEVICE_REGISTRATION_TYPEHASH, offset, 5);
    }

    function hash(Report calldata message) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := message
        }
        return _hashWords(REPORT_TYPEHASH, offset, 7);
    }

    function hash(StakeDeposit memory message) internal pure returns (bytes32) {
        return keccak256(abi.encode(STAKE_DEPOSIT_TYPEHASH, message));
    }

    function hash(CreditDeposit memory message) internal pure returns (bytes32) {
        return keccak256(abi.encode(CREDIT_DEPOSIT_TYPEHASH, message));
    }

    /// @notice The id of an Order's attempt, for a fixed price: bit 63 is 0. Attempts count from 1.
    function jobId(bytes32 orderHash, uint8 attempt) internal pure returns (uint64 id) {
        assembly ("memory-safe") {
            mstore(0, orderHash)
            mstore(32, and(attempt, 0xff))
            id := and(keccak256(0, 64), 0x7fffffffffffffff)
        }
    }

    /// @dev Hashes the type hash and `count` words of calldata as they are: what abi.encode would give, for a tenth of
    /// its gas. Bits above a field's width are hashed too; then no signature fits, and reading the field reverts.
    function _hashWords(bytes32 typehash, uint256 offset, uint256 count) private pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typehash)
            calldatacopy(add(free, 32), offset, mul(count, 32))
            digest := keccak256(free, mul(add(count, 1), 32))
        }
    }
}
