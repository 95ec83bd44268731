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
} from "../../src/interfaces/AssayTypes.sol";
import {AssayHash} from "../../src/libraries/AssayHash.sol";
import {IDeviceRegistry, IJobMarket, ISettlement, World} from "../World.sol";

/// @title vectors/eip712/*.json: every message of docs/PROTOCOL.md section 1
/// @dev The contracts' code is put where the vectors' domains say; chain id 31337 is forge's own.
contract Eip712VectorsTest is World {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function test_everyFile_hasTheWordsHashesAndSignatureOfItsMessage() public view {
        string[26] memory names = [
            "Accept",
            "Ack",
            "AgentHello",
            "Commit",
            "CreditDeposit",
            "DeviceRegistration",
            "DrawReveal",
            "Fail",
            "Observation",
            "ObservationCommit",
            "Offer",
            "Opening",
            "OracleRegistration",
            "Order",
            "PanelVote",
            "Prepare",
            "Proposal",
            "Quote",
            "Report",
            "RoundChange",
            "StakeDeposit",
            "TelemetryBatch",
            "TelemetryNonce",
            "TopUp",
            "Voucher",
            "WorkCommit"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            _checkFile(names[i]);
        }
    }

    function test_offer_hashesAsTheContractDoes() public {
        (IJobMarket there, bytes memory words, bytes32 digest) = _marketVector("Offer");
        assertEq(there.hashOffer(abi.decode(words, (Offer))), digest);
    }

    function test_order_hashesAsTheContractDoes() public {
        (IJobMarket there, bytes memory words, bytes32 digest) = _marketVector("Order");
        assertEq(there.hashOrder(abi.decode(words, (Order))), digest);
    }

    function test_accept_hashesAsTheContractDoes() public {
        (IJobMarket there, bytes memory words, bytes32 digest) = _marketVector("Accept");
        assertEq(there.hashAccept(abi.decode(words, (Accept))), digest);
    }

    function test_workCommit_hashesAsTheContractDoes() public {
        (IJobMarket there, bytes memory words, bytes32 digest) = _marketVector("WorkCommit");
        assertEq(there.hashWorkCommit(abi.decode(words, (WorkCommit))), digest);
    }

    function test_fail_hashesAsTheContractDoes() public {
        (IJobMarket there, bytes memory words, bytes32 digest) = _marketVector("Fail");
        assertEq(there.hashFail(abi.decode(words, (Fail))), digest);
    }

    function test_report_hashesAsTheContractDoes() public {
        string memory json = _read("Report");
        ISettlement there = ISettlement(_place(json, address(settlement)));
        bytes memory words = vm.parseJsonBytes(json, ".words");
        assertEq(there.hashReport(abi.decode(words, (Report))), vm.parseJsonBytes32(json, ".digest"));
    }

    function test_deviceRegistration_hashesAsTheContractDoes() public {
        string memory json = _read("DeviceRegistration");
        IDeviceRegistry there = IDeviceRegistry(_place(json, address(devices)));
        DeviceRegistration memory message = abi.decode(vm.parseJsonBytes(json, ".words"), (DeviceRegistration));
        assertEq(there.hashRegistration(message), vm.parseJsonBytes32(json, ".digest"));
    }

    function test_stakeDeposit_hashesAsTheContractDoes() public view {
        string memory json = _read("StakeDeposit");
        StakeDeposit memory message = abi.decode(vm.parseJsonBytes(json, ".words"), (StakeDeposit));
        assertEq(AssayHash.hash(message), vm.parseJsonBytes32(json, ".structHash"));
        assertDomain(json);
    }

    function test_creditDeposit_hashesAsTheContractDoes() public view {
        string memory json = _read("CreditDeposit");
        CreditDeposit memory message = abi.decode(vm.parseJsonBytes(json, ".words"), (CreditDeposit));
        assertEq(AssayHash.hash(message), vm.parseJsonBytes32(json, ".structHash"));
        assertDomain(json);
    }

    /// @dev AssayHash.domainOf, by which the vault derives nonces, is the domain of the vector.
    function assertDomain(string memory json) private view {
        bytes32 domain = AssayHash.domainOf(vm.parseJsonAddress(json, ".domain.verifyingContract"));
        assertEq(domain, _domain(json));
    }

    function _checkFile(string memory name) private view {
        string memory json = _read(name);
        string memory encodeType = vm.parseJsonString(json, ".encodeType");
        bytes memory words = vm.parseJsonBytes(json, ".words");
        assertEq(_encode(json, bytes(encodeType)), words, string.concat(name, ": words"));
        bytes32 typeHash = keccak256(bytes(encodeType));
        assertEq(typeHash, vm.parseJsonBytes32(json, ".typeHash"), string.concat(name, ": type hash"));
        bytes32 structHash = keccak256(bytes.concat(typeHash, words));
        assertEq(structHash, vm.parseJsonBytes32(json, ".structHash"), string.concat(name, ": struct hash"));
        bytes32 digest = keccak256(bytes.concat(hex"1901", _domain(json), structHash));
        assertEq(digest, vm.parseJsonBytes32(json, ".digest"), string.concat(name, ": digest"));
        bytes memory signed = signature(uint256(vm.parseJsonBytes32(json, ".privateKey")), digest);
        assertEq(signed, vm.parseJsonBytes(json, ".signature"), string.concat(name, ": signature (RFC 6979)"));
        address signer = vm.addr(uint256(vm.parseJsonBytes32(json, ".privateKey")));
        assertEq(signer, vm.parseJsonAddress(json, ".signer"), string.concat(name, ": signer"));
    }

    /// @dev The message's fields in the order and with the types that encodeType gives.
    function _encode(string memory json, bytes memory encodeType) private pure returns (bytes memory words) {
        uint256 start;
        uint256 space;
        for (uint256 i = 0; i < encodeType.length; ++i) {
            bytes1 c = encodeType[i];
            if (c == " ") space = i;
            if (c == "," || c == ")") {
                string memory field = string.concat(".message.", string(_slice(encodeType, space + 1, i)));
                words = bytes.concat(words, _word(json, field, encodeType[start]));
            }
            if (c == "(" || c == ",") start = i + 1;
        }
    }

    function _word(string memory json, string memory field, bytes1 kind) private pure returns (bytes32) {
        if (kind == "a") return bytes32(uint256(uint160(vm.parseJsonAddress(json, field))));
        if (kind == "b") return vm.parseJsonBytes32(json, field);
        return bytes32(vm.parseJsonUint(json, field));
    }

    function _slice(bytes memory text, uint256 from, uint256 to) private pure returns (bytes memory part) {
        part = new bytes(to - from);
        for (uint256 i = 0; i < part.length; ++i) {
            part[i] = text[from + i];
        }
    }

    function _domain(string memory json) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256(bytes(vm.parseJsonString(json, ".domain.name"))),
                keccak256(bytes(vm.parseJsonString(json, ".domain.version"))),
                vm.parseJsonUint(json, ".domain.chainId"),
                vm.parseJsonAddress(json, ".domain.verifyingContract")
            )
        );
    }

    function _marketVector(string memory name) private returns (IJobMarket there, bytes memory words, bytes32 digest) {
        string memory json = _read(name);
        there = IJobMarket(_place(json, address(market)));
        words = vm.parseJsonBytes(json, ".words");
        digest = vm.parseJsonBytes32(json, ".digest");
    }

    function _place(string memory json, address code) private returns (address place) {
        place = vm.parseJsonAddress(json, ".domain.verifyingContract");
        vm.etch(place, code.code);
    }

    function _read(string memory name) private view returns (string memory) {
        return vm.readFile(string.concat("vectors/eip712/", name, ".json"));
    }
}
