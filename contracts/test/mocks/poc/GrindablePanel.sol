// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: a panel drawn when somebody asks, by the last block's hash, from whoever is registered then
contract GrindablePanel {
    address[] private _keys;
    mapping(uint64 jobId => address[]) private _panels;

    function register(address key) external {
        _keys.push(key);
    }

    function resign(uint256 place) external {
        _keys[place] = _keys[_keys.length - 1];
        _keys.pop();
    }

    function draw(uint64 jobId, uint256 size) external returns (address[] memory members) {
        bytes32 seed = keccak256(abi.encode(blockhash(block.number - 1), jobId));
        members = new address[](size);
        for (uint256 k = 0; k < size; ++k) {
            members[k] = _keys[uint256(keccak256(abi.encode(seed, k))) % _keys.length];
        }
        _panels[jobId] = members;
    }

    function panelOf(uint64 jobId) external view returns (address[] memory) {
        return _panels[jobId];
    }
}

/// @title Calls, counts its friends, and takes it back where they are too few
contract PatientDrawer {
    error NotThisTime();

    function draw(GrindablePanel there, uint64 jobId, uint256 size, address friend, uint256 wanted) external {
        address[] memory members = there.draw(jobId, size);
        uint256 friends = 0;
        for (uint256 k = 0; k < size; ++k) {
            if (members[k] == friend) ++friends;
        }
        if (friends < wanted) revert NotThisTime();
    }
}
