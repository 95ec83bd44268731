// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeCourt, RateWorld} from "../RateWorld.sol";

/// @title vectors/eip712/{Voucher,TopUp,PanelVote}.json: what the contracts hash is what the vectors say
contract RateVectorsTest is RateWorld {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function test_voucher_hashesAsTheContractDoes() public view {
        string memory json = _read("Voucher");
        (uint64 jobId, address acceptor, uint96 cumulative) =
            abi.decode(vm.parseJsonBytes(json, ".words"), (uint64, address, uint96));
        assertEq(rate.hashVoucher(jobId, acceptor, cumulative), _digestHere(json));
    }

    function test_topUp_hashesAsTheContractDoes() public view {
        string memory json = _read("TopUp");
        (uint64 jobId, uint96 funded, uint96 amount) =
            abi.decode(vm.parseJsonBytes(json, ".words"), (uint64, uint96, uint96));
        assertEq(rate.hashTopUp(jobId, funded, amount), _digestHere(json));
    }

    function test_panelVote_hashesAsTheContractDoes() public {
        string memory json = _read("PanelVote");
        address there = vm.parseJsonAddress(json, ".domain.verifyingContract");
        vm.etch(there, address(disputeCourt).code);
        (uint64 jobId, uint32 number, uint8 code, uint96 paid, bytes32 reasonHash) =
            abi.decode(vm.parseJsonBytes(json, ".words"), (uint64, uint32, uint8, uint96, bytes32));
        bytes32 digest = IDisputeCourt(there).hashVote(jobId, number, code, paid, reasonHash);
        assertEq(digest, vm.parseJsonBytes32(json, ".digest"));
    }

    /// @dev The market keeps its domain from its constructor: so the vector's struct, in the domain of this one.
    function _digestHere(string memory json) private view returns (bytes32) {
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Assay"), keccak256("1"), block.chainid, address(rate)));
        return keccak256(bytes.concat(hex"1901", domain, vm.parseJsonBytes32(json, ".structHash")));
    }

    function _read(string memory name) private view returns (string memory) {
        return vm.readFile(string.concat("vectors/eip712/", name, ".json"));
    }
}
